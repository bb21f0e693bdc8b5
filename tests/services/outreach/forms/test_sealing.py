"""Stamps, links and codes: worth nothing to whoever changes one."""

import base64
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.ids import new_id
from services.outreach.forms.sealing import Seals, Stamp

SEALS, OTHERS = Seals("0" * 32), Seals("1" * 32)
FORM = new_id()
STAMP = Stamp(datetime(2026, 11, 21, 9, tzinfo=UTC), 3, new_id())


def test_a_stamp_says_when_and_which_version_was_shown() -> None:
    assert SEALS.read_stamp(FORM, SEALS.stamp(FORM, STAMP)) == STAMP


def test_a_stamp_is_worth_nothing_on_another_form_or_with_another_key() -> None:
    text = SEALS.stamp(FORM, STAMP)
    assert SEALS.read_stamp(new_id(), text) is None
    assert OTHERS.read_stamp(FORM, text) is None


@given(place=st.integers(0, 43), change=st.integers(1, 255))
def test_a_stamp_or_link_with_any_byte_changed_is_none(place: int, change: int) -> None:
    submission_id = UUID(int=7)
    for text, read in (
        (SEALS.stamp(FORM, STAMP), lambda text: SEALS.read_stamp(FORM, text)),
        (SEALS.confirmation(submission_id), SEALS.read_confirmation),
    ):
        raw = bytearray(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        raw[place % len(raw)] ^= change
        assert read(base64.urlsafe_b64encode(raw).rstrip(b"=").decode()) is None


@given(st.text(max_size=80))
def test_whatever_somebody_makes_up_is_none(text: str) -> None:
    assert SEALS.read_stamp(FORM, text) is None
    assert SEALS.read_confirmation(text) is None
    assert SEALS.read_code(FORM, text) is None


@given(st.integers(0, 2**32 - 1))
def test_a_code_is_read_however_it_is_typed(ticket: int) -> None:
    code = SEALS.code(FORM, ticket)
    typed = code.lower().replace("-", "").replace("0", "o").replace("1", "l")
    assert [SEALS.read_code(FORM, one) for one in (code, typed, f" {code} ")] == [ticket] * 3


@given(place=st.integers(0, 14), other=st.sampled_from("0123456789ABCDEFGHJKMNPQRSTVWXYZ"))
def test_a_code_with_any_character_changed_is_none(place: int, other: str) -> None:
    code = SEALS.code(FORM, 17).replace("-", "")
    changed = code[:place] + other + code[place + 1 :]
    assert SEALS.read_code(FORM, changed) == (17 if changed == code else None)


@pytest.mark.parametrize("seals", [OTHERS, SEALS])
def test_a_code_belongs_to_one_form_and_key(seals: Seals) -> None:
    assert seals.read_code(FORM if seals is OTHERS else new_id(), SEALS.code(FORM, 1)) is None


def test_what_a_former_key_sealed_stays_good_while_it_is_kept() -> None:
    both, submission_id = Seals(f"{'1' * 32}\n{'0' * 32}"), new_id()
    assert both.read_stamp(FORM, SEALS.stamp(FORM, STAMP)) == STAMP
    assert both.read_confirmation(SEALS.confirmation(submission_id)) == submission_id
    assert both.read_code(FORM, SEALS.code(FORM, 17)) == 17
    assert both.code(FORM, 17) == OTHERS.code(FORM, 17)
    assert OTHERS.read_stamp(FORM, both.stamp(FORM, STAMP)) == STAMP
    assert OTHERS.read_confirmation(both.confirmation(submission_id)) == submission_id
