"""People, plans, flows and pools that the tests of the finance service start from."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
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
from contracts.finance.approvals import RequestKind
from contracts.roles import ADMINISTRATOR, FINANCE_APPROVER, FINANCE_CLERK, MARKETING_STAFF
from services.finance.advances.actions import pay_advance, request_advance
from services.finance.advances.model import Advance
from services.finance.allocation.actions import open_pool
from services.finance.allocation.model import CostPool, Design, PoolCost
from services.finance.approvals.actions import open_approval, publish_flow, resubmit
from services.finance.approvals.decisions import decide_approval
from services.finance.approvals.flows import ApprovalFlow, StepRule
from services.finance.approvals.model import Approval, Subject
from services.finance.approvals.reactions import subject_of
from services.finance.authority.actions import delegate, grant_authority
from services.finance.authority.model import Authority, Delegation
from services.finance.budgets.model import ApprovedPlan, Budget, BudgetLine, PlannedLine
from services.finance.budgets.opening import open_budget
from services.finance.envelopes.actions import open_envelope
from services.finance.envelopes.model import Envelope
from services.finance.expenses.actions import agree_policy, record_allowance
from services.finance.expenses.model import Allowance, ExpensePolicy, Rule
from services.finance.facts.model import CampaignFacts
from services.finance.purchases.model import Purchase
from services.finance.purchases.requests import request_purchase
from services.finance.rates.actions import record_rate
from services.finance.suppliers.actions import enter_supplier
from services.finance.suppliers.model import Supplier
from services.finance.transfers.actions import request_transfer
from services.finance.transfers.model import Transfer
from tests.harness.people import person

E = TypeVar("E", bound=Event)

MIA = person("mia", MARKETING_STAFF)
FAY = person("fay", FINANCE_APPROVER)
FRED = person("fred", FINANCE_APPROVER)
FINN = person("finn", FINANCE_APPROVER)
CLARA = person("clara", FINANCE_CLERK)
ROOT = person("root", ADMINISTRATOR)


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


def purchase(*amounts: str, **changes: Any) -> Subject:
    """A purchase of mia's with an item for each amount; their ids are ``item1``, ``item2`` and so on."""
    items = [
        {"id": f"item{number}", "name": f"Item {number}", "amount": amount}
        for number, amount in enumerate(amounts, start=1)
    ]
    total = sum((Decimal(amount) for amount in amounts), Decimal(0))
    return subject(str(total), **{"kind": "purchase", "content": {"items": items}, **changes})


def put_on_desk(database: Database, request: Subject) -> UUID:
    """Open an approval of any kind, with a bare purchase behind one of that kind. Returns its id."""
    with database.transaction(Actor.system("finance")) as session:
        approval = open_approval(session, subject=request)
        if request.kind == "purchase":
            session.add(_asked_for(session, approval))
        return approval.id


def _asked_for(session: Session, approval: Approval) -> Purchase:
    """The purchase that an approval is about, without a line that would cost anything."""
    supplier = supplier_in(session, f"S{new_id().hex[-20:]}")
    session.flush()
    return Purchase(
        id=approval.subject_id,
        approval_id=approval.id,
        department=approval.department,
        requested_by=approval.requested_by,
        requested_at=approval.opened_at,
        request_version=1,
        reason=approval.title,
        currency=approval.currency,
        campaign_code="FAIR",
        budget_id=new_id(),
        campaign_id=new_id(),
        supplier_id=supplier.id,
        documents=[],
        state="requested",
        lines=[],
    )


def in_force(database: Database, *rules: StepRule, kind: RequestKind = "purchase", **changes: Any) -> None:
    """Have requests of a kind go by a flow of these steps, before any flow that is shipped."""
    with database.transaction(ROOT) as session:
        steps = [rule.as_document() for rule in rules]
        publish_flow(
            session, ROOT, **{"code": "own", "kind": kind, "department": "north", "steps": steps, **changes}
        )


def limited(database: Database, who: str, limit: str, **changes: Any) -> Authority:
    """Somebody may approve up to an amount in EUR, of every kind and department, from now on."""
    values: dict[str, Any] = {"person": who, "limit": Decimal(limit), "currency": "EUR", **changes}
    with database.transaction(ROOT) as session:
        return grant_authority(session, ROOT, **values)


def lent(database: Database, by: Actor, delegate_: Actor | None, **changes: Any) -> Delegation:
    """Somebody has another sit on his seat for a day, or is away for it."""
    to = delegate_.subject if delegate_ else None
    with database.transaction(by) as session:
        return delegate(session, by, **{"delegate": to, "valid_until": tomorrow(), **changes})


def tomorrow() -> datetime:
    return now() + timedelta(days=1)


def decide(database: Database, approval_id: UUID, actor: Actor, **said: Any) -> Approval:
    """Let somebody approve, unless ``said`` says otherwise. Returns the approval as it then stands."""
    with database.transaction(actor) as session:
        return decide_approval(session, actor, approval_id=approval_id, **{"outcome": "approve", **said})


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
    session: Session,
    *amounts: str,
    currency: str = "EUR",
    department: str = "north",
    code: str = "FAIR",
    starts_on: date | None = None,
    **line: Any,
) -> Budget:
    """An open budget with a line for each amount; ``line`` says more of each of them."""
    approved = ApprovedPlan(
        campaign_id=new_id(),
        campaign_code=code,
        name="Spring fair",
        department=department,
        responsible="mia",
        version=1,
        currency=currency,
        lines=[PlannedLine(new_id(), f"Line {amount}", Decimal(amount), **line) for amount in amounts],
        starts_on=starts_on,
    )
    return open_budget(session, FAY, plan=approved)


def replan(budget: Budget, *lines: PlannedLine, version: int = 2, **changes: Any) -> ApprovedPlan:
    """A later version of the plan of ``budget``."""
    plan = ApprovedPlan(
        campaign_id=budget.campaign_id,
        campaign_code=budget.campaign_code,
        name=budget.name,
        department=budget.department,
        responsible="mia",
        version=version,
        currency=budget.currency,
        lines=lines,
    )
    return replace(plan, **changes)


def envelope_of(session: Session, amount: str, **changes: Any) -> Envelope:
    """The envelope of department north for 2027, in EUR."""
    values: dict[str, Any] = {
        "department": "north",
        "name": "Year 2027",
        "starts_on": date(2027, 1, 1),
        "ends_on": date(2027, 12, 31),
        "currency": "EUR",
    }
    return open_envelope(session, CLARA, amount=Decimal(amount), **{**values, **changes})


def record_rates(session: Session, *rates: tuple[str, str, str, str]) -> None:
    """Rates, each as base, quote, day and rate."""
    for base, quote, day, rate in rates:
        record_rate(session, CLARA, base=base, quote=quote, day=date.fromisoformat(day), rate=Decimal(rate))


def allowance_of(session: Session, rate: str, **changes: Any) -> Allowance:
    """A kilometre is worth that much, in EUR and everywhere, since 2026."""
    values: dict[str, Any] = {"kind": "mileage", "currency": "EUR", "valid_from": date(2026, 1, 1)}
    return record_allowance(session, FAY, rate=Decimal(rate), **{**values, **changes})


def policy_of(
    session: Session, rule: Rule, limit: str | None = None, *, by: Actor = FAY, **changes: Any
) -> ExpensePolicy:
    """A policy of department north since 2026, its limit in EUR; what breaks it is refused."""
    values: dict[str, Any] = {"department": "north", "on_broken": "refuse", "valid_from": date(2026, 1, 1)}
    if limit is not None:
        values |= {"limit": Decimal(limit), "currency": "EUR"}
    return agree_policy(session, by, rule=rule, **{**values, **changes})


def transfer_of(
    session: Session, first: BudgetLine, second: BudgetLine, amount: str, *, by: Actor = CLARA
) -> Transfer:
    """A transfer that clara asks for, or somebody else."""
    return request_transfer(
        session,
        by,
        from_line_id=first.id,
        to_line_id=second.id,
        amount=Decimal(amount),
        reason="Print is cheaper than planned",
    )


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
    supplier_id = changes.pop("supplier_id", None) or supplier_in(session, f"S{new_id().hex[-20:]}").id
    values: dict[str, Any] = {"currency": budget.currency, "reason": "Flyers for the fair"}
    return request_purchase(session, MIA, supplier_id=supplier_id, lines=bought, **{**values, **changes})


def advance_of(database: Database, line_id: UUID, amount: str, *, state: str = "paid") -> Advance:
    """An advance in EUR of mia's; unless ``state`` says otherwise, fay approved and clara paid it."""
    with database.transaction(MIA) as session:
        advance = request_advance(
            session,
            MIA,
            line_id=line_id,
            amount=Decimal(amount),
            currency="EUR",
            purpose="Cash for the fair",
            needed_on=now().date(),
        )
    if state != "requested":
        approve(database, advance.approval_id, FAY)
    if state == "paid":
        with database.transaction(CLARA) as session:
            pay_advance(session, CLARA, advance_id=advance.id)
    return advance
