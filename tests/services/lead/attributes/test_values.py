"""Values of attributes: what each type takes, and what is said about the rest."""

from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.lead.attributes.values import Refused, fault, taken_over


@dataclass(frozen=True)
class Wanted:
    code: str
    type: str
    choices: list[str] = field(default_factory=list)
    required: bool = False
    applies_to: list[str] = field(default_factory=lambda: ["contact"])
    retired: bool = False


SIZE = Wanted("size", "choice", ["small", "large"])
SEATS = Wanted("seats", "number")
SINCE = Wanted("since", "date")
VIP = Wanted("vip", "bool")
NAME = Wanted("nickname", "text", required=True)
OLD = Wanted("old", "text", retired=True)
EVERY = (SIZE, SEATS, SINCE, VIP, NAME, OLD)


@pytest.mark.parametrize(
    ("definition", "value"),
    [
        (SIZE, "large"),
        (SEATS, 7),
        (SEATS, -1.5),
        (SINCE, "2026-02-28"),
        (VIP, False),
        (NAME, "Bär"),
    ],
)
def test_a_value_of_the_type_is_taken(definition: Wanted, value: object) -> None:
    assert fault(definition, value) is None


@pytest.mark.parametrize(
    ("definition", "value"),
    [
        (SIZE, "huge"),
        (SIZE, 1),
        (SEATS, "7"),
        (SEATS, True),
        (SEATS, float("nan")),
        (SEATS, 10**15),
        (SINCE, "2026-02-30"),
        (SINCE, "20260228"),
        (VIP, 1),
        (VIP, "true"),
        (NAME, ""),
        (NAME, " "),
        (NAME, "a\0b"),
        (NAME, "x" * 2001),
        (NAME, None),
    ],
)
def test_a_value_of_another_type_is_refused_with_a_reason(definition: Wanted, value: object) -> None:
    assert fault(definition, value)


def test_values_are_taken_over_and_taken_away() -> None:
    known = {"nickname": "Bo", "seats": 3, "old": "kept"}
    values = taken_over({"seats": None, "vip": True}, known, EVERY, owner="contact")
    assert values == {"nickname": "Bo", "vip": True, "old": "kept"}


def test_every_fault_is_named_by_its_attribute() -> None:
    with pytest.raises(Refused) as refused:
        taken_over({"size": "huge", "planet": 1, "old": "x"}, {}, EVERY, owner="contact")
    assert set(refused.value.reasons) == {"size", "planet", "old", "nickname"}


def test_an_attribute_belongs_to_what_it_applies_to() -> None:
    with pytest.raises(Refused, match="customer"):
        taken_over({"size": "small"}, {}, EVERY, owner="customer")


@settings(max_examples=50)
@given(
    st.dictionaries(
        st.sampled_from([one.code for one in EVERY] + ["x"]),
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    )
)
def test_what_is_taken_holds_for_its_definition(given_values: dict[str, object]) -> None:
    try:
        values = taken_over(given_values, {"nickname": "Bo"}, EVERY, owner="contact")
    except Refused:
        return
    by_code = {one.code: one for one in EVERY}
    assert all(fault(by_code[code], value) is None for code, value in values.items())
