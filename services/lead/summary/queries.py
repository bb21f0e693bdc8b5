"""Reads of how leads stand. All of them count only the leads that the actor may know of."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal, get_args
from uuid import UUID

from sqlalchemy import ColumnElement, Select, case, func, literal, select
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.clock import now
from services.lead.customers.model import Contact, Customer
from services.lead.leads.model import Lead, LeadAction
from services.lead.leads.queries import visible
from services.lead.leads.states import OPEN
from services.lead.summary.funnel import Funnel, Stage
from services.lead.summary.periods import LENGTHS, periods
from services.lead.summary.sums import Summary, summed

By = Literal[
    "company",
    "department",
    "region",
    "source",
    "owner",
    "pool",
    "grade",
    "day",
    "week",
    "month",
    "quarter",
    "year",
]
BYS: tuple[By, ...] = get_args(By)
BANDS = (1, 3, 7, 14, 30, 90)
"""Days of age at which a lead falls into the next band."""

AT_ONCE = 1000
USUAL_DAYS = 365


def narrowed(
    statement: Select[Any],
    actor: Actor,
    *,
    since: date | None = None,
    until: date | None = None,
    owner: str | None = None,
    **equal: Any,
) -> Select[Any]:
    """A statement about leads, narrowed to what the actor may know of and to what is asked for."""
    statement = statement.where(visible(actor))
    if since is not None:
        statement = statement.where(Lead.captured_at >= datetime.combine(since, time(), tzinfo=UTC))
    if until is not None:
        after = datetime.combine(until + timedelta(days=1), time(), tzinfo=UTC)
        statement = statement.where(Lead.captured_at < after)
    if owner is not None:
        statement = statement.where(Lead.assignee == owner)
    return statement.where(*(getattr(Lead, name) == value for name, value in equal.items()))


def summary(session: Session, actor: Actor, *, by: By, most: int | None = None, **wanted: Any) -> Summary:
    """Leads in each state, their value and conversion, by what they have in common.

    Raises Invalid for periods that make no sense.
    """
    if by in LENGTHS:
        wanted["until"] = wanted.get("until") or now().date()
        wanted["since"] = wanted.get("since") or wanted["until"] - timedelta(days=USUAL_DAYS)
    key = _key(by, wanted.get("since"), wanted.get("until")).label("key")
    each = select(key, Lead.state, Lead.currency, Lead.value)
    if by == "company":
        each = each.outerjoin(Customer, Customer.id == Lead.customer_id).join(
            Contact, Contact.id == Lead.contact_id
        )
    leads = narrowed(each, actor, **wanted).subquery()
    same = (leads.c.key, leads.c.state, leads.c.currency)
    rows = session.execute(select(*same, func.count(), func.sum(leads.c.value)).group_by(*same))
    return summed(rows, most=most, ordered=by in LENGTHS)


def ageing(session: Session, actor: Actor, *, of: Literal["lead", "state"], **wanted: Any) -> Summary:
    """Open leads by how old they are, or by how long they have been in their state."""
    moment, at = Lead.captured_at if of == "lead" else Lead.moved_at, now()
    younger = [(moment > at - timedelta(days=days), literal(band_of(days))) for days in BANDS]
    key = case(*younger, else_=literal(f"{BANDS[-1]:02}+ days")).label("key")
    each = select(key, Lead.state, Lead.currency, Lead.value).where(Lead.state.in_(OPEN))
    leads = narrowed(each, actor, **wanted).subquery()
    same = (leads.c.key, leads.c.state, leads.c.currency)
    rows = session.execute(select(*same, func.count(), func.sum(leads.c.value)).group_by(*same))
    return summed(rows, ordered=True)


def band_of(days: int) -> str:
    """What the band is called that ends at so many days."""
    place = BANDS.index(days)
    return f"{BANDS[place - 1] if place else 0:02}-{days:02} days"


def funnel(session: Session, actor: Actor, **wanted: Any) -> Sequence[Stage]:
    """How many leads came to each state, and how long they stayed; read a page of leads at a time."""
    made = Funnel()
    columns: list[Any] = [Lead.id, Lead.captured_at]
    for page in _pages(session, narrowed(select(*columns), actor, **wanted)):
        history: dict[UUID, list[tuple[str, datetime]]] = {row.id: [] for row in page}
        acts = select(LeadAction.lead_id, LeadAction.state, LeadAction.at).where(
            LeadAction.lead_id.in_(sorted(history)), LeadAction.state != ""
        )
        for act in session.execute(acts.order_by(LeadAction.lead_id, LeadAction.id)):
            history[act.lead_id].append((act.state, act.at))
        for row in page:
            made.add(row.captured_at, history[row.id])
    return made.stages()


def _pages(session: Session, found: Select[Any]) -> Iterator[Sequence[Any]]:
    last: UUID | None = None
    while True:
        following = found if last is None else found.where(Lead.id > last)
        page = session.execute(following.order_by(Lead.id).limit(AT_ONCE)).all()
        if not page:
            return
        yield page
        last = page[-1].id


def _key(by: By, since: date | None, until: date | None) -> ColumnElement[Any]:
    if by == "company":
        return func.coalesce(Customer.name, Contact.company)
    if by == "owner":
        return func.coalesce(Lead.assignee, "")
    if by not in LENGTHS:
        return func.coalesce(getattr(Lead, by), "")
    assert since is not None and until is not None
    found = periods(by, since, until)
    return case(*((Lead.captured_at < one.until, literal(one.label)) for one in found), else_=literal(""))
