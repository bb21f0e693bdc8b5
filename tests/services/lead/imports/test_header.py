"""Which column is which field."""

import pytest

from services.lead.imports.header import map_columns
from services.lead.imports.sniffing import UnreadableFile


def fields(*header: str, **explicit: str) -> dict[str, str]:
    mapping = map_columns(header, explicit)
    return {header[column]: field for column, field in mapping.items()}


@pytest.mark.parametrize(
    ("header", "mapped"),
    [
        (
            ("FirstName", "LastName", "Email", "MailingState", "LeadSource"),
            ("given_name", "family_name", "email", "region", "source"),
        ),
        (
            ("First Name", "Last Name", "Company name", "Preferred language", "Contact owner"),
            ("given_name", "family_name", "company", "language", "owner"),
        ),
        (
            ("姓名", "公司名称", "手机号码", "电子邮箱", "省份"),
            ("full_name", "company", "phone", "email", "region"),
        ),
        (
            ("Vorname", "Nachname", "Firma", "E-Mail-Adresse", "Bundesland"),
            ("given_name", "family_name", "company", "email", "region"),
        ),
        (
            ("Prénom", "Nom", "Société", "Adresse e-mail", "Téléphone"),
            ("given_name", "family_name", "company", "email", "phone"),
        ),
        (("Compny", "Telefone", "Frist name"), ("company", "phone", "given_name")),
        (("Who:Contact-email",), ("email",)),
        (("consent.email", "HasOptedOutOfEmail", "Email"), ("consent.email", "optout.email", "email")),
    ],
)
def test_columns_are_known_by_the_names_that_other_systems_use(
    header: tuple[str, ...], mapped: tuple[str, ...]
) -> None:
    assert set(fields(*header).values()) == set(mapped)


def test_a_name_beside_company_figures_is_the_company() -> None:
    assert fields("NAME", "AnnualRevenue", "Phone") == {"NAME": "company", "Phone": "phone"}
    assert fields("Name", "Phone") == {"Name": "full_name", "Phone": "phone"}


def test_an_id_is_not_taken_for_what_it_identifies() -> None:
    assert fields("CompanyId", "OwnerId", "Email") == {"Email": "email"}


def test_of_several_phones_the_mobile_goes_first() -> None:
    assert list(fields("Phone", "Mobile Phone", "Email")) == ["Email", "Mobile Phone", "Phone"]


def test_an_explicit_mapping_wins_over_the_guess() -> None:
    explicit = {"Email": "", "Notes": "company", "X": "email"}
    assert fields("Email", "Notes", "X", "Name", **explicit) == {
        "Notes": "company",
        "X": "email",
        "Name": "full_name",
    }


def test_a_mapping_of_a_missing_column_is_refused() -> None:
    with pytest.raises(UnreadableFile, match="does not have: Mail"):
        fields("Email", Mail="email")


def test_a_header_that_says_nothing_is_refused_and_shown() -> None:
    with pytest.raises(UnreadableFile, match="the first line reads: a, b, c"):
        fields("a", "b", "c")


def test_a_header_without_end_is_refused() -> None:
    with pytest.raises(UnreadableFile, match="1001 columns"):
        fields(*("Email",) * 1001)
