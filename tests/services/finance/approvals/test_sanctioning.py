"""Granting in part: only ever less, to the cent, and never nothing."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.errors import Invalid
from services.finance.approvals.sanctioning import lowered

CENTS = st.decimals(min_value=0, max_value=1000, places=2)
ASKED = {"a": Decimal("10.00"), "b": Decimal("5.50")}


@given(
    asked=st.dictionaries(st.sampled_from("abcd"), CENTS, min_size=1),
    wanted=st.dictionaries(st.sampled_from("abcde"), CENTS),
)
def test_what_is_granted_is_never_more_than_what_stood(
    asked: dict[str, Decimal], wanted: dict[str, Decimal]
) -> None:
    try:
        granted = lowered(asked, wanted, currency="EUR")
    except Invalid:
        return
    assert granted.keys() == asked.keys()
    assert all(granted[item] == wanted.get(item, asked[item]) <= asked[item] for item in asked)
    assert sum(granted.values()) > 0


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ({"a": Decimal("10.01")}, "sanctioned.a"),
        ({"a": Decimal("-1")}, "sanctioned.a"),
        ({"a": Decimal("1.001")}, "sanctioned.a"),
        ({"c": Decimal("1")}, "sanctioned.c"),
        ({"a": Decimal("0"), "b": Decimal("0")}, "sanctioned"),
    ],
)
def test_what_cannot_be_granted_is_refused_by_name(wanted: dict[str, Decimal], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        lowered(ASKED, wanted, currency="EUR")
    assert [one["field"] for one in refused.value.fields] == [field]
