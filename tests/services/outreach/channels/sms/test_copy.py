"""What becomes of a message follows from what became of its parts."""

from decimal import Decimal

import pytest

from chassis.ids import new_id
from services.outreach.channels.sms.copy import COMPLETE_SECONDS, Copy, Tariff

OK, REFUSED, THROTTLED = 0x00, 0x0B, 0x58


def a_copy(parts: int) -> Copy:
    return Copy(new_id(), [b"part"] * parts, Tariff(Decimal("0.05"), "EUR"))


def fate(copy: Copy) -> str:
    answer = copy.answer()
    return answer.fate if answer else "on its way"


def writable(copy: Copy) -> bool:
    return copy.may_be_written


def write(copy: Copy, times: int = 1) -> None:
    for _ in range(times):
        copy.opened(1.0)


@pytest.mark.parametrize(
    ("answers", "end"),
    [
        ([OK, OK], "accepted"),
        ([REFUSED, REFUSED], "refused"),
        ([OK, REFUSED], "refused"),
        ([REFUSED, OK], "refused"),
        ([THROTTLED, THROTTLED], "deferred"),
        ([THROTTLED, REFUSED], "refused"),
        ([OK, THROTTLED], "on its way"),
        ([THROTTLED, OK], "on its way"),
        ([OK, None], "uncertain"),
        ([REFUSED, None], "uncertain"),
        ([THROTTLED, None], "uncertain"),
        ([None, None], "uncertain"),
    ],
)
def test_the_fate_of_two_parts(answers: list[int | None], end: str) -> None:
    copy = a_copy(2)
    write(copy, 2)
    for part, status in enumerate(answers):
        if status is None:
            copy.lost()
        else:
            copy.answered(part, status, "id")
    assert fate(copy) == end


def test_nothing_is_said_while_a_part_has_no_answer() -> None:
    copy = a_copy(2)
    write(copy, 2)
    copy.answered(0, REFUSED, "")
    assert fate(copy) == "on its way"


def test_after_a_refusal_no_further_part_is_written() -> None:
    copy = a_copy(3)
    write(copy)
    copy.answered(0, REFUSED, "")
    assert not writable(copy)
    assert fate(copy) == "refused"


def test_after_a_loss_no_further_part_is_written() -> None:
    copy = a_copy(3)
    write(copy)
    copy.lost()
    assert not writable(copy)
    assert fate(copy) == "uncertain"


def test_a_part_that_did_not_leave_is_written_again_in_its_place() -> None:
    copy = a_copy(3)
    write(copy, 2)
    copy.answered(0, OK, "a")
    copy.unwritten(1)
    assert writable(copy)
    assert copy.opened(1.0) == 1


def test_a_part_that_was_throttled_is_written_again_once_another_was_taken() -> None:
    copy = a_copy(2)
    write(copy, 2)
    copy.answered(0, THROTTLED, "")
    assert not writable(copy)
    copy.answered(1, OK, "b")
    assert writable(copy)
    write(copy)
    copy.answered(0, OK, "a")
    answer = copy.answer()
    assert answer is not None
    assert (answer.fate, answer.provider_id, answer.price) == ("accepted", "a b", Decimal("0.10"))


def test_what_was_given_up_before_anything_was_written_is_unreached() -> None:
    copy = a_copy(2)
    copy.give_up("no session")
    assert fate(copy) == "unreached"


def test_what_was_given_up_half_taken_is_refused_and_paid_for_what_was_taken() -> None:
    copy = a_copy(2)
    write(copy)
    copy.answered(0, OK, "a")
    assert not copy.stale(1.0 + COMPLETE_SECONDS / 2)
    assert copy.stale(2.0 + COMPLETE_SECONDS)
    copy.give_up("too late")
    answer = copy.answer()
    assert answer is not None
    assert (answer.fate, answer.price) == ("refused", Decimal("0.05"))
    assert answer.text == "incomplete: 1 of 2 parts were taken, then: too late"
