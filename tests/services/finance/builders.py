"""People, plans, flows and pools that the tests of the finance service start from."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.clock import now
from chassis.database import Database
from chassis.ids import new_id
from chassis.outbox import outbox
from contracts.campaign import BudgetLine as PlanLine
from contracts.campaign import CampaignSubmitted
from contracts.event import Event, Money, declaration_of
from contracts.roles import FINANCE_APPROVER, FINANCE_CLERK, MARKETING_STAFF
from services.finance.allocation.actions import open_pool
from services.finance.allocation.model import CostPool, Design, PoolCost
from services.finance.approvals.actions import resubmit
from services.finance.approvals.decisions import decide_approval
from services.finance.approvals.flows import ApprovalFlow, StepRule
from services.finance.approvals.model import Approval, Subject
from services.finance.approvals.reactions import subject_of
from services.finance.budgets.actions import open_budget
from services.finance.budgets.model import ApprovedPlan, Budget, PlannedLine
from services.finance.facts.model import CampaignFacts
from services.finance.purchases.model import Purchase
from services.finance.purchases.requests import request_purchase
from services.finance.suppliers.actions import enter_supplier
from services.finance.suppliers.model import Supplier
from tests.harness.people import person

E = TypeVar("E", bound=Event)

MIA = person("mia", MARKETING_STAFF)
FAY = person("fay", FINANCE_APPROVER)
FRED = person("fred", FINANCE_APPROVER)
FINN = person("finn", FINANCE_APPROVER)
CLARA = person("clara", FINANCE_CLERK)


def subject(amount: str = "500.00", *, version: int = 1, **changes: Any) -> Subject:
    """A plan of mia's in department north."""
    values: dict[str, Any] = {
        "kind": "plan",
        "id": new_id(),
        "version": version,
        "digest": "0" * 64,
        "title": "Spring fair",
        "department": "north",
        "requested_by": "mia",
        "amount": Decimal(amount),
        "currency": "EUR",
        "content": {"code": "FAIR", "lines": []},
    }
    return Subject(**{**values, **changes})


def flow(*rules: StepRule, **changes: Any) -> ApprovalFlow:
    """A flow in force for every plan; its one step, where none is given, is for a finance approver."""
    steps = rules or (StepRule(name="finance_approval", role=FINANCE_APPROVER),)
    values: dict[str, Any] = {"code": "plan", "edition": 1, "kind": "plan"}
    return ApprovalFlow(**{**values, "steps": [rule.as_document() for rule in steps], **changes})


def opened(*rules: StepRule, **changes: Any) -> Approval:
    """An approval of a plan of mia's, not in any database."""
    return Approval.of(subject(**changes), flow(*rules), at=now())


def plan(*amounts: str, campaign_id: UUID | None = None, **changes: Any) -> CampaignSubmitted:
    """A plan of mia's as the campaign service hands it in, with a line for each amount in EUR."""
    lines = [
        PlanLine(line_id=new_id(), name=f"Line {number}", amount=Decimal(amount))
        for number, amount in enumerate(amounts, start=1)
    ]
    values: dict[str, Any] = {
        "campaign_id": campaign_id or new_id(),
        "code": "FAIR",
        "name": "Spring fair",
        "department": "north",
        "plan_version": 1,
        "plan_hash": "a" * 64,
        "submitted_by": "mia",
        "submitted_at": now(),
        "total": Money(amount=sum((line.amount for line in lines), Decimal(0)), currency="EUR"),
        "budget": lines,
    }
    return CampaignSubmitted(**{**values, **changes})


def submit(database: Database, event: CampaignSubmitted) -> UUID:
    """Have a plan reach the desk. Returns the id of its approval."""
    with database.transaction(Actor.system("campaign")) as session:
        approval = resubmit(session, subject=subject_of(event))
        assert approval is not None
        return approval.id


def approve(database: Database, approval_id: UUID, *people: Actor) -> None:
    """Let ``people`` approve one after the other."""
    for one in people:
        with database.transaction(one) as session:
            decide_approval(session, one, approval_id=approval_id, outcome="approve")


def budget_of(
    session: Session, *amounts: str, currency: str = "EUR", department: str = "north", code: str = "FAIR"
) -> Budget:
    """An open budget with a line for each amount."""
    approved = ApprovedPlan(
        campaign_id=new_id(),
        campaign_code=code,
        name="Spring fair",
        department=department,
        responsible="mia",
        version=1,
        currency=currency,
        lines=[PlannedLine(new_id(), f"Line {amount}", Decimal(amount)) for amount in amounts],
    )
    return open_budget(session, FAY, plan=approved)


def campaign_ran(
    session: Session, campaign_id: UUID, first: date, last: date | None = None, **changes: Any
) -> CampaignFacts:
    """Finance knows that a campaign was launched on ``first``, and completed on ``last`` if that is given."""
    values: dict[str, Any] = {
        "campaign_id": campaign_id,
        "launched_at": noon(first),
        "completed_at": None if last is None else noon(last),
    }
    facts = CampaignFacts(**{**values, **changes})
    session.add(facts)
    return facts


def noon(day: date) -> datetime:
    """The middle of a day in UTC."""
    return datetime.combine(day, time(12), UTC)


def pool_design(*amounts: str, campaign_ids: Sequence[UUID] | None = None, **changes: Any) -> Design:
    """Overheads of department north in November 2026, shared out equally, with a line for each amount."""
    values: dict[str, Any] = {
        "name": "Agency retainer",
        "department": "north",
        "starts_on": date(2026, 11, 1),
        "ends_on": date(2026, 11, 30),
        "currency": "EUR",
        "driver": "equal",
        "costs": [PoolCost(f"Invoice {amount}", Decimal(amount)) for amount in amounts or ("100.00",)],
        "campaign_ids": campaign_ids,
    }
    return Design(**{**values, **changes})


def pool_of(database: Database, *amounts: str, **changes: Any) -> CostPool:
    """An open pool of clara's."""
    with database.transaction(CLARA) as session:
        return open_pool(session, CLARA, pool_design(*amounts, **changes))


def published(database: Database, event_class: type[E]) -> list[E]:
    """The events of one kind that wait in the outbox, in their order."""
    wire_type = declaration_of(event_class).type
    with database.reading() as session:
        bodies = session.scalars(
            select(outbox.c.data).where(outbox.c.type == wire_type).order_by(outbox.c.id)
        )
        return [msgspec.json.decode(body, type=event_class) for body in bodies]


def supplier_in(session: Session, code: str = "PRINT", **changes: Any) -> Supplier:
    """A supplier of department north, paid after 30 days."""
    values: dict[str, Any] = {
        "code": code,
        "name": "Print & Co",
        "tax_id": "",
        "address": "",
        "contact": "",
        "iban": "DE89 3704 0044 0532 0130 00",
        "bic": "COBADEFF",
        "currency": "EUR",
        "payment_days": 30,
        "department": "north",
    }
    return enter_supplier(session, CLARA, **{**values, **changes})


def purchase_in(session: Session, budget: Budget, *lines: tuple[str, str], **changes: Any) -> Purchase:
    """A request of mia's for (quantity, unit price) from a new supplier, paid from the first budget line."""
    bought = [
        {
            "kind": "print",
            "description": f"Flyers {number}",
            "quantity": Decimal(quantity),
            "unit_price": Decimal(unit_price),
            "line_id": budget.lines[0].id,
            "needed_on": None,
        }
        for number, (quantity, unit_price) in enumerate(lines, start=1)
    ]
    supplier_id = changes.pop("supplier_id", None) or supplier_in(session, f"S{new_id().hex[:20]}").id
    values: dict[str, Any] = {"currency": budget.currency, "reason": "Flyers for the fair"}
    return request_purchase(session, MIA, supplier_id=supplier_id, lines=bought, **{**values, **changes})
