"""Claims held to the policies, on both databases."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import eventlet
import pytest

from chassis.clock import now
from chassis.database import Database
from chassis.errors import Invalid
from services.finance.approvals.queries import approval
from services.finance.claims import actions
from services.finance.claims.items import NewItem
from services.finance.claims.model import Claim
from tests.harness.databases import DatabaseFactory
from tests.services.finance.builders import FAY, MIA, budget_of, policy_of, record_rates

TODAY = now().date()


class Desk:
    """A budget of 1000.00 EUR, and mia who claims against it."""

    def __init__(self, database: Database) -> None:
        self.database = database
        with database.transaction(FAY) as session:
            self.line_id = budget_of(session, "1000.00").lines[0].id

    def policy(self, rule: Any, limit: str | None = None, **changes: Any) -> None:
        with self.database.transaction(FAY) as session:
            policy_of(session, rule, limit, **changes)

    def item(self, amount: str, kind: str = "meals", spent_on: date = TODAY, **said: Any) -> NewItem:
        return NewItem(self.line_id, Decimal(amount), kind=kind, spent_on=spent_on, **said)

    def claim(self, *items: NewItem, draft: bool = False) -> Claim:
        with self.database.transaction(MIA) as session:
            write = actions.draft_claim if draft else actions.submit_items
            return write(session, MIA, items=items, currency="EUR", purpose="Fair")

    def refused(self, *items: NewItem) -> dict[str, str]:
        with pytest.raises(Invalid) as refused:
            self.claim(*items)
        return {one["field"]: one["reason"] for one in refused.value.fields}


@pytest.fixture
def desk(database_of: Callable[[str], Database]) -> Desk:
    return Desk(database_of("finance"))


def test_each_broken_rule_is_named_at_its_line(desk: Desk) -> None:
    desk.policy("line_limit", "50.00", kind="meals")
    desk.policy("receipt_above", "20.00")
    desk.policy("oldest", days=30)
    old = TODAY - timedelta(days=31)
    assert desk.refused(desk.item("60.00"), desk.item("19.00"), desk.item("5.00", spent_on=old)) == {
        "lines.0.amount": "At most 50.00 EUR a line, this is 60.00 EUR.",
        "lines.0.documents": "Above 20.00 EUR a receipt is needed.",
        "lines.2.spent_on": "It is 31 days old, at most 30 are allowed.",
    }


def test_a_draft_shows_what_it_breaks_and_is_refused_once_it_is_handed_in(desk: Desk) -> None:
    desk.policy("line_limit", "50.00")
    draft = desk.claim(desk.item("60.00"), draft=True)
    assert [breach["rule"] for breach in draft.items[0].breaches] == ["line_limit"]
    with pytest.raises(Invalid), desk.database.transaction(MIA) as session:
        actions.hand_in_claim(session, MIA, claim_id=draft.id)
    with desk.database.transaction(MIA) as session:
        items = [desk.item("50.00")]
        actions.revise_claim(session, MIA, claim_id=draft.id, items=items, purpose="Fair")
        assert actions.hand_in_claim(session, MIA, claim_id=draft.id).items[0].breaches == []


def test_what_is_only_flagged_is_for_those_who_approve_to_see(desk: Desk) -> None:
    desk.policy("line_limit", "50.00", on_broken="flag")
    claim = desk.claim(desk.item("60.00"))
    assert claim.approval_id is not None
    with desk.database.reading() as session:
        (item,) = approval(session, FAY, claim.approval_id).content["items"]
    assert item["explained"] == ["At most 50.00 EUR a line, this is 60.00 EUR."]


def test_a_day_is_counted_over_lines_and_claims_and_what_was_withdrawn_is_not(desk: Desk) -> None:
    desk.policy("day_limit", "40.00", kind="meals")
    first = desk.claim(desk.item("15.00"), desk.item("15.00"))
    yesterday = TODAY - timedelta(days=1)
    desk.claim(desk.item("40.00", spent_on=yesterday), desk.item("500.00", kind="travel"))
    reason = "At most 40.00 EUR of meals a day, this is 41.00 EUR."
    assert desk.refused(desk.item("5.00"), desk.item("6.00")) == {"lines.1.amount": reason}
    with desk.database.transaction(MIA) as session:
        actions.withdraw_claim(session, MIA, claim_id=first.id)
    desk.claim(desk.item("5.00"), desk.item("6.00"))


def test_a_limit_in_dollars_holds_what_was_spent_in_dollars_as_it_was_and_the_rest_converted(
    desk: Desk,
) -> None:
    with desk.database.transaction(FAY) as session:
        record_rates(session, ("EUR", "USD", TODAY.isoformat(), "1.1"))
    desk.policy("line_limit", "100.00", currency="USD")
    desk.claim(desk.item("100.00", currency="USD"))
    assert list(desk.refused(desk.item("100.00"))) == ["lines.0.amount"]
    unknown = desk.item("1.00", spent_on=TODAY - timedelta(days=60))
    assert list(desk.refused(unknown)) == ["lines.0.currency"]


def test_two_claims_at_once_do_not_fill_up_a_day_together(fresh_database: DatabaseFactory) -> None:
    desk = Desk(fresh_database("finance", "postgresql"))
    desk.policy("day_limit", "40.00")

    def attempt(number: int) -> str:
        try:
            desk.claim(desk.item(f"1{number}.00"))
        except Invalid:
            return "refused"
        return "passed"

    assert sorted(eventlet.GreenPool(4).imap(attempt, range(6, 10))) == ["passed"] * 2 + ["refused"] * 2
