"""vCards of many makers."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.lead.imports.records import Record
from services.lead.imports.vcards import COLUMNS, read_cards


def cards(text: str) -> list[Record]:
    return list(read_cards(io.StringIO(text, newline=None)))


def card(*lines: str, version: str = "3.0") -> dict[str, str]:
    """What one card of these lines says, by the first column of each field."""
    [record] = cards("\n".join(["BEGIN:VCARD", f"VERSION:{version}", *lines, "END:VCARD"]))
    assert record.reason is None
    told: dict[str, str] = {}
    for (name, _), cell in zip(COLUMNS, record.cells, strict=True):
        if cell:
            told[name] = cell
    return told


def test_a_card_becomes_a_record_with_the_line_it_starts_on() -> None:
    [first, second] = cards(
        "\nBEGIN:VCARD\nVERSION:4.0\nFN:Ann\nEND:VCARD\nBEGIN:vcard\nVERSION:3.0\nFN:Bob\nEND:vCard\n"
    )
    assert (first.line, first.cells[0], second.line, second.cells[0]) == (2, "Ann", 6, "Bob")


def test_names_company_and_address_come_apart() -> None:
    told = card(
        "N:Doe;John;Richter,James;Mr.;Sr.",
        "ORG:Acme\\, Inc.;Sales",
        "ADR:;Floor 2;1 Main St;Austin;TX;12345;USA",
    )
    assert told == {
        "Given name": "John",
        "Family name": "Doe",
        "Company": "Acme, Inc.",
        "Street": "Floor 2, 1 Main St",
        "City": "Austin",
        "Region": "TX",
        "Postal code": "12345",
        "Country": "USA",
    }


def test_folded_lines_are_put_together() -> None:
    assert (
        card('EMAIL;X-COUCHDB-UUID="a:b;c";TYPE=WORK:ann', " @example", "\t.com")["Email"]
        == "ann@example.com"
    )


def test_quoted_printable_is_read_in_its_own_charset_over_soft_line_ends() -> None:
    told = card("N;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:M=FCller;J=F6=", "rg;;;", version="2.1")
    assert (told["Family name"], told["Given name"]) == ("Müller", "Jörg")
    assert card("FN;QUOTED-PRINTABLE;CHARSET=nonsense:Zo=C3=AB", version="2.1")["Full name"] == "Zoë"


def test_the_mobile_goes_first_and_fax_and_pager_are_no_phones() -> None:
    told = card(
        "TEL;WORK;VOICE:1",
        "TEL;TYPE=pager:2",
        "TEL;TYPE=WORK,FAX:3",
        "item1.TEL;type=HOME;type=pref:4",
        'TEL;VALUE=uri;TYPE="cell,text":tel:+1-418-262-6501;ext=102',
        version="4.0",
    )
    assert (told["Phone"], told["Phone 2"], told["Phone 3"], told["Fax"]) == (
        "+1-418-262-6501",
        "4",
        "1",
        "3",
    )


def test_the_preferred_address_goes_first() -> None:
    told = card("EMAIL:first@example.com", "EMAIL;PREF=1:second@example.com", version="4.0")
    assert (told["Email"], told["Email 2"]) == ("second@example.com", "first@example.com")


def test_a_picture_is_passed_over() -> None:
    assert card(
        "PHOTO;ENCODING=BASE64:", "  /9j/4AAQSkZJRg", "  ABAQAAAQ==", "", "FN:Ann", version="2.1"
    ) == {"Full name": "Ann"}


def test_a_card_inside_a_card_is_passed_over() -> None:
    told = card("FN:Ann", "AGENT:", "BEGIN:VCARD", "VERSION:2.1", "FN:Bob", "END:VCARD", version="2.1")
    assert told == {"Full name": "Ann"}


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("BEGIN:VCARD\nVERSION:5.0\nFN:Ann\nEND:VCARD\n", 1, "version 5.0"),
        ("BEGIN:VCARD\nFN:Ann\nEND:VCARD\n", 1, "no version"),
        ("\nBEGIN:VCARD\nVERSION:3.0\nFN:Ann\n", 2, "ends in the middle"),
        ("BEGIN:VCARD\nFN:A\nBEGIN:VCARD\nVERSION:3.0\nEND:VCARD\n", 1, "before the next one begins"),
        ("BEGIN:VCARD\nVERSION:4.0\nKIND:group\nFN:Us\nEND:VCARD\n", 1, "a group"),
        ("BEGIN:VCARD\nVERSION:4.0\nEND:VCARD\nnonsense\nmore\n", 4, "belongs to no card"),
    ],
)
def test_what_is_no_card_is_refused_where_it_starts(text: str, line: int, reason: str) -> None:
    [refused] = [record for record in cards(text) if record.reason]
    assert refused.line == line
    assert reason in (refused.reason or "")


@given(
    st.lists(
        st.sampled_from(["BEGIN:VCARD", "END:VCARD", "VERSION:3.0", "FN:A", " x", "AGENT:", "N;=:=", ":", ""])
    )
)
def test_no_lines_stop_the_reader_and_lines_of_records_grow(lines: list[str]) -> None:
    found = cards("\n".join(lines))
    assert [one.line for one in found] == sorted({one.line for one in found})
