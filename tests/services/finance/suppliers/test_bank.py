"""Bank details that can be right, and those that cannot."""

import pytest

from chassis.errors import Invalid
from services.finance.suppliers.bank import checked_bic, checked_iban


@pytest.mark.parametrize("iban", ["DE89 3704 0044 0532 0130 00", "gb82west12345698765432", "NO9386011117947"])
def test_an_iban_whose_check_digits_fit_is_kept_without_spaces(iban: str) -> None:
    assert checked_iban(iban) == iban.replace(" ", "").upper()


@pytest.mark.parametrize(
    "iban", ["DE88370400440532013000", "DE8937040044053201300O", "89", "DE", "ÄÖ89370400440532013"]
)
def test_an_iban_that_cannot_be_right_is_refused(iban: str) -> None:
    with pytest.raises(Invalid):
        checked_iban(iban)


def test_a_bic_has_eight_or_eleven_signs() -> None:
    assert [checked_bic(bic) for bic in ("cobadeff", "COBADEFFXXX", "")] == ["COBADEFF", "COBADEFFXXX", ""]
    for bic in ("COBADE", "COBADEFFX", "C0BADEFF"):
        with pytest.raises(Invalid):
            checked_bic(bic)
