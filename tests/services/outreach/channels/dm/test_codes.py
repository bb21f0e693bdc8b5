"""Codes on printed pieces name their delivery, and nobody else can make one."""

from chassis.ids import new_id
from services.outreach.channels.dm.codes import CODE_LENGTH, Codes
from tests.services.outreach.builders import LINK_KEY

CODES = Codes(LINK_KEY)
DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUV"


def test_a_code_leads_back_to_its_delivery() -> None:
    delivery_id = new_id()
    code = CODES.code_of(delivery_id)
    assert len(code) == CODE_LENGTH
    assert CODES.delivery_of(code) == delivery_id


def test_how_a_scanner_writes_it_does_not_matter() -> None:
    delivery_id = new_id()
    code = CODES.code_of(delivery_id)
    typed = f"  {code[:10].lower()}-{code[10:20]} {code[20:]}\r\n"
    assert CODES.delivery_of(typed) == delivery_id


def test_a_code_that_was_changed_in_any_place_is_none() -> None:
    code = CODES.code_of(new_id())
    for place, character in enumerate(code):
        for changed in set(DIGITS) - {character}:
            assert CODES.delivery_of(code[:place] + changed + code[place + 1 :]) is None


def test_a_code_of_another_key_and_other_text_are_none() -> None:
    assert CODES.delivery_of(Codes("x" * 32).code_of(new_id())) is None
    for text in ("", "0" * CODE_LENGTH, "ä" * CODE_LENGTH, "A" * 1000, "\0", "W" * CODE_LENGTH):
        assert CODES.delivery_of(text) is None


def test_codes_from_before_a_new_key_are_still_read() -> None:
    new, both, delivery_id = Codes("n" * 32), Codes(f"{'n' * 32}\n{LINK_KEY}"), new_id()
    assert both.delivery_of(CODES.code_of(delivery_id)) == delivery_id
    assert new.delivery_of(both.code_of(delivery_id)) == delivery_id
