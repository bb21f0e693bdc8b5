"""From a record to the draft of a contact."""

import pytest

from services.lead.imports.header import map_columns
from services.lead.imports.records import Record
from services.lead.imports.rows import Draft, Refused, RowReader

HEADER = ("Email", "Name", "Company", "Mobile", "Phone", "Kind", "Opt in", "Unsubscribed")


def draft(*cells: str) -> Draft:
    mapping = map_columns(HEADER, {})
    reader = RowReader(mapping, width=len(HEADER), phone_region="US", consents=("sms",))
    return reader.read(Record(2, list(cells)))


def test_a_row_becomes_a_draft() -> None:
    read = draft("Ann@example.com", "Ann Lee", "ACME", "", "415-555-0000", "b2b", "yes", "")
    assert read == Draft(
        key="email:ann@example.com",
        given_name="Ann",
        family_name="Lee",
        company="ACME",
        kind="company",
        email="Ann@example.com",
        phone="+14155550000",
        region="",
        language="",
        source="",
        owner="",
        consents={"sms": True, "email": True},
        line=2,
        name_key="al|acm",
    )


def test_missing_cells_at_the_end_are_blank() -> None:
    assert draft("ann@example.com").company == ""


def test_a_word_for_no_withdraws() -> None:
    assert draft("ann@example.com", "", "", "", "", "", "nein").consents["email"] is False


def test_having_opted_out_withdraws_and_not_having_says_nothing() -> None:
    assert draft("ann@example.com", "", "", "", "", "", "", "true").consents["email"] is False
    assert "email" not in draft("ann@example.com", "", "", "", "", "", "", "false").consents


def test_an_apostrophe_that_kept_a_spreadsheet_calm_is_taken_away() -> None:
    assert draft("ann@example.com", "", "", "'+14155550000").phone == "+14155550000"


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        (("ann@",), "email: "),
        (("ann@example.com", "", "", "12"), "phone: "),
        (("", "Ann Lee"), "neither an email address nor a phone number nor a company"),
        (("ann@example.com", "", "", "", "", "alien"), "kind: alien is none of"),
        (("ann@example.com", "", "", "", "", "", "perhaps"), "consent.email: perhaps is neither yes nor no"),
        (("ann@example.com", "x" * 201), "given_name: longer than 200"),
        (("ann@example.com", "A\ufffdn"), "encoding"),
        ((*("ann@example.com", "", "", "", "", "", "", ""), "more"), "9 cells where the header has 8"),
    ],
)
def test_a_row_that_makes_no_contact_says_why(cells: tuple[str, ...], reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        draft(*cells)


def test_a_later_row_about_the_same_contact_fills_in() -> None:
    first = draft("ann@example.com", "Ann Lee", "", "", "", "", "yes")
    first.absorb(draft("ANN@example.com", "", "ACME", "", "415-555-0000", "", "no"))
    assert (first.given_name, first.company, first.phone) == ("Ann", "ACME", "+14155550000")
    assert first.consents["email"] is False
