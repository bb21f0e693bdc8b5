"""What people write back, without the mail that they quote."""

import pytest

from services.outreach.hearing.replies import first_words, wants_out
from services.outreach.hearing.rules import shipped

RULES = shipped()


@pytest.mark.parametrize(
    "below",
    [
        "> Hi\n> there",
        "On Mon, 1 Nov 2026 at 10:00, News <news@example.com> wrote:\n> Hi",
        "Am 01.11.2026 um 10:00 schrieb News:\n> Hi",
        "Le lun. 1 nov. 2026 à 10:00, News <n@example.com> a écrit :\n> Hi",
        "-----Original Message-----\nFrom: News <news@example.com>",
        "________________________________\nFrom: News",
        "From: News <news@example.com>\nSent: Monday",
        "Von: News <news@example.com>\nGesendet: Montag",
        "发件人: News <news@example.com>",
        "-- \nLin Müller\nExample & Sons",
        "Sent from my phone",
    ],
)
def test_words_end_where_the_quoted_mail_or_the_signature_begins(below: str) -> None:
    assert first_words(f"Yes, please.\n\n{below}", RULES) == "Yes, please."


@pytest.mark.parametrize(
    "line",
    [
        "STOP",
        "stop.",
        "Unsubscribe",
        "unsubscribe me please",
        "Please remove me from your mailing list",
        "Take me off this list!",
        "Abmelden",
        "Bitte abmelden",
        "keine weiteren E-Mails",
        "退订",
        "取消订阅",
        "désabonner",
        "Re: unsubscribe",
        "** UNSUBSCRIBE **",
        "Opt out",
    ],
)
def test_who_says_stop_wants_out(line: str) -> None:
    assert wants_out(line, RULES)
    assert wants_out(f"\n{line}\n\nGreetings", RULES)


@pytest.mark.parametrize(
    "line",
    [
        "Stop by our booth on Friday",
        "How do I unsubscribe my colleague, who left, and stay myself? Please tell me how this can be done",
        "I cannot stop thinking about your offer",
        "Please do not stop",
        "Yes",
        "",
        "We want to remove the old machine and buy a new one",
    ],
)
def test_who_says_more_than_that_does_not(line: str) -> None:
    assert not wants_out(line, RULES)
