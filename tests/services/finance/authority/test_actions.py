"""Limits and delegations at work on the desk, on both databases."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from chassis.audit import audit_entries
from chassis.auth import Actor
from chassis.clock import now
from chassis.database import Database
from chassis.errors import Conflict, Forbidden, Invalid, NotFound
from contracts.finance import (
    ApprovalAdvanced,
    ApprovalDecided,
    ApprovalOpened,
    AuthorityEnded,
    AuthorityGranted,
    DelegationAgreed,
    DelegationEnded,
)
from contracts.roles import FINANCE_APPROVER
from services.finance.approvals.flows import StepRule
from services.finance.authority.actions import end_authority, end_delegation
from tests.harness.people import person
from tests.services.finance.builders import (
    CLARA,
    FAY,
    FRED,
    ROOT,
    decide,
    in_force,
    lent,
    limited,
    published,
    purchase,
    put_on_desk,
    tomorrow,
)


@pytest.fixture
def database(database_of: Callable[[str], Database]) -> Database:
    return database_of("finance")


def refused(database: Database, error: type[Exception], actor: Actor = FAY, **changes: Any) -> None:
    with pytest.raises(error):
        lent(database, actor, FRED, **changes)


def test_nobody_approves_beyond_his_limit_but_rejects_all_the_same(database: Database) -> None:
    limited(database, "fay", "99.99")
    approval_id = put_on_desk(database, purchase("100.00"))
    with pytest.raises(Forbidden, match=r"limit is 99.99 EUR, and this is 100.00 EUR"):
        decide(database, approval_id, FAY)
    assert decide(database, approval_id, FAY, outcome="reject", comment="no").state == "rejected"


def test_a_limit_is_enough_for_what_is_granted_in_part(database: Database) -> None:
    limited(database, "fay", "60")
    approval_id = put_on_desk(database, purchase("80.00", "20.00"))
    approval = decide(database, approval_id, FAY, sanctioned={"item1": Decimal(40)})
    assert (approval.state, str(approval.granted)) == ("approved", "60.00")


def test_a_step_may_need_a_limit_of_everybody(database: Database) -> None:
    in_force(database, StepRule(name="check", role=FINANCE_APPROVER, needs_authority=True))
    approval_id = put_on_desk(database, purchase("100.00"))
    with pytest.raises(Forbidden, match="No authority"):
        decide(database, approval_id, FRED)
    limited(database, "fred", "100", kind="purchase", department="north")
    assert decide(database, approval_id, FRED).state == "approved"


def test_a_limit_that_was_ended_early_covers_nothing_more(database: Database) -> None:
    authority = limited(database, "fay", "1000")
    with database.transaction(ROOT) as session:
        end_authority(session, ROOT, authority_id=authority.id)
    with pytest.raises(Forbidden):
        decide(database, put_on_desk(database, purchase("1.00")), FAY)
    with pytest.raises(Conflict), database.transaction(ROOT) as session:
        end_authority(session, ROOT, authority_id=authority.id)
    assert [one.person for one in published(database, AuthorityGranted)] == ["fay"]
    assert [one.ended_by for one in published(database, AuthorityEnded)] == ["root"]


def test_a_delegate_decides_with_the_limit_of_the_seat_and_both_names_are_told(database: Database) -> None:
    limited(database, "fay", "50")
    lent(database, FAY, CLARA)
    with pytest.raises(Forbidden, match=r"limit is 50.00 EUR"):
        decide(database, put_on_desk(database, purchase("51.00")), CLARA)
    decide(database, put_on_desk(database, purchase("50.00")), CLARA)
    (decided,) = published(database, ApprovalDecided)
    assert (decided.decided_by, decided.on_behalf_of) == ("clara", "fay")
    with database.reading() as session:
        names = select(audit_entries.c.actor, audit_entries.c.on_behalf_of).distinct()
        acted = session.execute(names.where(audit_entries.c.on_behalf_of != "")).all()
    assert [tuple(one) for one in acted] == [("clara", "fay")]


def test_own_seat_and_lent_seat_are_one_human(database: Database) -> None:
    lent(database, FAY, FRED)
    approval_id = put_on_desk(database, purchase("20000.00"))
    decide(database, approval_id, FRED, on_behalf_of="fay")
    with pytest.raises(Conflict, match="You have decided"):
        decide(database, approval_id, FRED)
    with pytest.raises(Conflict, match="fay has decided"):
        decide(database, approval_id, FAY)
    (advanced,) = published(database, ApprovalAdvanced)
    assert (advanced.by, advanced.on_behalf_of) == ("fred", "fay")


def test_a_lent_seat_is_not_passed_on(database: Database) -> None:
    lent(database, FAY, CLARA)
    dan = person("dan", "marketing_manager")
    lent(database, CLARA, dan)
    with pytest.raises(Forbidden):
        decide(database, put_on_desk(database, purchase("10.00")), dan)


def test_a_delegation_works_from_its_beginning_to_its_end(database: Database) -> None:
    later = lent(database, FAY, CLARA, valid_from=now() + timedelta(hours=1))
    approval_id = put_on_desk(database, purchase("10.00"))
    with pytest.raises(Forbidden):
        decide(database, approval_id, CLARA)
    with database.transaction(ROOT) as session:
        end_delegation(session, ROOT, delegation_id=later.id)
    (agreed,), (ended,) = published(database, DelegationAgreed), published(database, DelegationEnded)
    assert (agreed.roles, agreed.departments, agreed.agreed_by) == ([FINANCE_APPROVER], ["north"], "fay")
    assert (ended.delegator, ended.delegate, ended.ended_by) == ("fay", "clara", "root")


def test_only_the_delegator_or_an_administrator_ends_it(database: Database) -> None:
    delegation = lent(database, FAY, CLARA)
    with pytest.raises(Forbidden), database.transaction(CLARA) as session:
        end_delegation(session, CLARA, delegation_id=delegation.id)
    with pytest.raises(NotFound), database.transaction(FRED) as session:
        end_delegation(session, FRED, delegation_id=delegation.id)


def test_an_administrator_names_what_the_seat_of_another_has(database: Database) -> None:
    refused(database, Invalid, ROOT, delegator="fay")
    refused(database, Invalid, ROOT, delegator="fay", roles=[FINANCE_APPROVER])
    lent(database, ROOT, CLARA, delegator="fay", roles=[FINANCE_APPROVER], departments=["north"])
    assert decide(database, put_on_desk(database, purchase("10.00")), CLARA).state == "approved"


def test_nobody_lends_what_he_does_not_have(database: Database) -> None:
    refused(database, Forbidden, delegator="fred")
    refused(database, Invalid, roles=["finance_clerk"])
    refused(database, Invalid, departments=["south"])
    refused(database, Invalid, delegate="fay")
    refused(database, Invalid, valid_until=now())
    refused(database, Invalid, valid_from=tomorrow(), valid_until=now() + timedelta(hours=1))


def test_who_is_away_is_left_out_when_a_request_arrives(database: Database) -> None:
    in_force(database, StepRule(name="board", role=FINANCE_APPROVER, persons=("fay", "fred")))
    lent(database, FAY, None)
    put_on_desk(database, purchase("10.00"))
    (opened,) = published(database, ApprovalOpened)
    assert opened.asked is not None and opened.asked.persons == ["fred"]


@pytest.mark.parametrize("changes", [{"limit": "-1"}, {"limit": "1.001"}, {"currency": "ZZZ"}])
def test_a_limit_is_money(database: Database, changes: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        limited(database, "fay", **{"limit": "1", **changes})
