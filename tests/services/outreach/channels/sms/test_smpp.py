"""Submitting to a real SMS centre: what each answer, silence and cut means for a message."""

from collections import Counter
from typing import Any

import pytest

from fanfare.local.ports import HOST, free_port
from fanfare.local.smsc import Smsc
from tests.services.outreach.channels.sms.conftest import Submit

LIN, ADA, MAX = "+491511000001", "+491511000002", "+491511000003"
LONG = "Our spring seminar opens on 12 May. " * 10


def fates(answers: list[dict[str, Any]]) -> dict[str, str]:
    return {one["address"]: one["fate"] for one in answers}


def digits(number: str) -> str:
    return number.removeprefix("+")


def test_a_text_is_submitted_as_it_should_be_and_its_id_is_kept(smsc: Smsc, submit: Submit) -> None:
    (answer,) = submit(smsc.url, [(LIN, "Grüße [€] @ 5")], price="0.075")
    (part,) = smsc.taken()
    assert (answer["fate"], answer["provider_id"]) == ("accepted", str(part["id"]))
    assert (answer["price"], answer["currency"]) == ("0.075", "EUR")
    assert (part["to"], part["to_ton"], part["to_npi"]) == (digits(LIN), 1, 1)
    assert (part["from"], part["from_ton"], part["from_npi"]) == ("Fanfare", 5, 0)
    assert (part["text"], part["coding"], part["wants_receipt"]) == ("Grüße [€] @ 5", 0, 1)


@pytest.mark.parametrize(
    ("sender", "type_and_plan", "shown"),
    [("+4915110", (1, 1), "4915110"), ("86101", (3, 0), "86101"), ("Shop 24", (5, 0), "Shop 24")],
)
def test_each_kind_of_sender_id_says_what_it_is(
    *, smsc: Smsc, submit: Submit, sender: str, type_and_plan: tuple[int, int], shown: str
) -> None:
    submit(smsc.url, [(LIN, "Hi")], sender=sender)
    (part,) = smsc.taken()
    assert ((part["from_ton"], part["from_npi"]), part["from"]) == (type_and_plan, shown)


def test_a_long_text_goes_in_parts_that_belong_together(smsc: Smsc, submit: Submit) -> None:
    (answer,) = submit(smsc.url, [(LIN, LONG)], price="0.05")
    parts = smsc.taken()
    assert [(one["number"], one["total"]) for one in parts] == [(1, 3), (2, 3), (3, 3)]
    assert len({one["ref"] for one in parts}) == 1
    assert "".join(one["text"] for one in parts) == LONG
    assert answer["fate"] == "accepted"
    assert answer["provider_id"] == " ".join(str(one["id"]) for one in parts)
    assert answer["price"] == "0.15"


def test_chinese_goes_in_ucs2(smsc: Smsc, submit: Submit) -> None:
    text = "春季研讨会五月十二日开幕，欢迎参加😀。" * 5 + "拒收请回复R"
    submit(smsc.url, [("+8613800138000", text)])
    parts = smsc.taken()
    assert [one["coding"] for one in parts] == [8, 8]
    assert "".join(one["text"] for one in parts) == text


def test_a_centre_may_be_left_to_divide_long_texts(smsc: Smsc, submit: Submit) -> None:
    answers = submit(smsc.url, [(LIN, LONG), (ADA, "Hi")], payload=True)
    assert fates(answers) == {LIN: "accepted", ADA: "accepted"}
    assert {one["to"]: (one["text"], one["total"]) for one in smsc.taken()} == {
        digits(LIN): (LONG, 1),
        digits(ADA): ("Hi", 1),
    }


@pytest.mark.parametrize(
    ("mood", "fate", "words"),
    [
        ("refuse", "refused", "0x0000000b Invalid Destination Address"),
        ("throttle", "deferred", "0x00000058 Throttling error"),
        ("nack", "refused", "0x00000002 Command Length is invalid"),
        ("silent", "uncertain", "1 of 1 parts have no answer"),
        ("cut_after", "uncertain", "1 of 1 parts have no answer"),
        ("cut_before", "uncertain", "1 of 1 parts have no answer"),
    ],
)
def test_what_goes_wrong_with_one_message_concerns_no_other(
    *, smsc: Smsc, submit: Submit, mood: str, fate: str, words: str
) -> None:
    smsc.behave(moods={digits(ADA): mood})
    answers = submit(smsc.url, [(LIN, "Hi"), (ADA, "Hi"), (MAX, "Hi")], seconds=2, window=1)
    assert fates(answers) == {LIN: "accepted", ADA: fate, MAX: "accepted"}
    (ada,) = (one for one in answers if one["address"] == ADA)
    assert ada["text"].startswith(words)
    assert all(times == 1 for times in smsc.counts().values())


def test_a_message_of_which_a_part_is_refused_is_not_sent_again(smsc: Smsc, submit: Submit) -> None:
    smsc.behave(moods={digits(LIN): "refuse_second_part"})
    (answer,) = submit(smsc.url, [(LIN, LONG)], price="0.05")
    assert answer["fate"] == "refused"
    assert answer["text"].startswith("incomplete: 2 of 3 parts were taken, then: 0x0000000b")
    assert answer["price"] == "0.10"


def test_a_part_that_was_throttled_follows_the_others(smsc: Smsc, submit: Submit) -> None:
    smsc.behave(moods={digits(LIN): "throttle_second_part_once"})
    (answer,) = submit(smsc.url, [(LIN, LONG)])
    assert answer["fate"] == "accepted"
    assert Counter(one["number"] for one in smsc.taken()) == {1: 1, 2: 1, 3: 1}


def test_nothing_is_tried_where_nobody_listens_or_lets_us_in(smsc: Smsc, submit: Submit) -> None:
    (answer,) = submit(f"smpp://fanfare:secret@{HOST}:{free_port()}", [(LIN, "Hi")])
    assert answer["fate"] == "unreached"
    smsc.behave(password="another")
    (answer,) = submit(smsc.url, [(LIN, "Hi")])
    assert (answer["fate"], smsc.counts()) == ("unreached", {})
    assert answer["text"] == "no session with the SMS centre: bind refused: 0x0000000e Invalid Password"


def test_a_centre_that_hangs_makes_few_messages_uncertain(smsc: Smsc, submit: Submit) -> None:
    smsc.behave(mute=True)
    answers = submit(smsc.url, [(f"+4915112{number:05}", "Hi") for number in range(200)], seconds=1)
    assert Counter(one["fate"] for one in answers) == {"uncertain": 1, "unreached": 199}


def test_a_session_that_drops_at_any_moment_loses_and_doubles_nothing(smsc: Smsc, submit: Submit) -> None:
    numbers = [f"+4915112{number:05}" for number in range(2000)]
    smsc.behave(cuts=20, cut_within=40)
    answers = submit(smsc.url, [(number, "Hi") for number in numbers], rounds=100)
    ends = {one["address"]: one["fate"] for one in answers if one["fate"] not in {"unreached", "deferred"}}
    taken = {f"+{number}": times for number, times in smsc.counts().items()}
    uncertain = {number for number, fate in ends.items() if fate == "uncertain"}
    assert smsc.state()["cuts"] == 20
    assert sorted(ends) == numbers
    assert set(taken.values()) == {1}
    assert set(taken) >= {number for number in numbers if ends[number] == "accepted"}
    assert set(taken) - uncertain == {number for number in numbers if ends[number] == "accepted"}
    assert len(uncertain) <= 20 * 50
