"""How good addresses are: by the rules, by what was heard, and for how long that holds."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from services.lead.customers.validity import INVALID, RISKY, VALID, Verdict, heard_of, judge, states_of
from tests.services.lead.builders import NOON


@dataclass
class Someone:
    email: str | None = None
    phone: str | None = None
    fax: str | None = None
    reach: dict[str, Any] = field(default_factory=dict)
    changed_at: Any = NOON


@pytest.mark.parametrize(
    ("column", "address", "validity"),
    [
        ("email", "ann@shop.de", VALID),
        ("email", "info@shop.de", RISKY),
        ("email", "Sales+de@shop.de", RISKY),
        ("email", "ann@crm.test", INVALID),
        ("phone", "+8613812345678", VALID),
        ("phone", "+862087551234", RISKY),
        ("fax", "+862087551234", VALID),
        ("phone", "+499001234567", RISKY),
        ("phone", "+49", INVALID),
        ("phone", "12", INVALID),
    ],
)
def test_the_rules_judge_an_address(column: str, address: str, validity: str) -> None:
    verdict = judge(column, address)
    assert verdict.validity == validity
    assert bool(verdict.reason) == (validity != VALID)


def test_what_was_heard_weighs_more_than_the_rules() -> None:
    later = NOON + timedelta(days=1)
    reach = heard_of({}, "email", "ann@shop.de", Verdict(INVALID, "bounced"), at=later)
    (state,) = states_of(Someone(email="ann@shop.de", reach=reach))
    assert (state.validity, state.reason, state.checked_at) == (INVALID, "bounced", later)


def test_what_was_heard_of_one_address_says_nothing_of_the_next() -> None:
    reach = heard_of(None, "email", "ann@shop.de", Verdict(INVALID, "bounced"), at=NOON)
    states = states_of(Someone(email="ann@shop.fr", phone="+8613812345678", reach=reach))
    assert [(one.channel, one.validity) for one in states] == [("email", VALID), ("phone", VALID)]
