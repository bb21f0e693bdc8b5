"""Reads of touches and costs for the attribution."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.orm import aliased

from chassis.auth import Actor
from chassis.columns import Amount
from chassis.database import Session
from services.reporting.insights.model import LeadTouch, LeadWorth, Source
from services.reporting.projections.model import BudgetLine, Campaign, Lead
from services.reporting.reports.wanted import ReportQuery
from services.reporting.sources.attribution import Place
from services.reporting.sources.tree import Branch, Tree

VALID = ("near_term", "long_term")


def leads_wanted(actor: Actor, query: ReportQuery) -> list[ColumnElement[bool]]:
    """Which leads: of the actor's departments, captured from ``since`` to ``until``, both included."""
    wanted = [Lead.capture_sequence > 0, actor.scope(Lead.__table__.c.department)]
    if query.department is not None:
        wanted.append(Lead.department == query.department)
    if query.since is not None:
        wanted.append(Lead.captured_at >= _midnight(query.since))
    if query.until is not None:
        wanted.append(Lead.captured_at < _midnight(query.until + timedelta(days=1)))
    return wanted


def places(session: Session, actor: Actor, query: ReportQuery, *, currency: str | None) -> list[Place]:
    """The touches of the wanted leads by node and by place, with what those leads are worth."""
    touch = _placed(leads_wanted(actor, query))
    rows = session.execute(
        select(
            touch.c.source,
            touch.c.campaign_id,
            touch.c.touches,
            touch.c.first,
            touch.c.last,
            func.count(),
            func.sum(case((Lead.outcome.in_(VALID), 1), else_=0)),
            func.sum(case((LeadWorth.conversion_sequence > 0, 1), else_=0)),
            _money(LeadWorth.value, (LeadWorth.currency == currency) & Lead.outcome.in_(VALID)),
            _money(LeadWorth.amount, LeadWorth.amount_currency == currency),
        )
        .select_from(touch)
        .join(Lead, Lead.lead_id == touch.c.lead_id)
        .outerjoin(LeadWorth, LeadWorth.lead_id == touch.c.lead_id)
        .group_by(*(touch.c[name] for name in ("source", "campaign_id", "touches", "first", "last")))
    )
    return [_place(*row) for row in rows]


def costs(session: Session, actor: Actor, query: ReportQuery, *, currency: str | None) -> dict[UUID, Decimal]:
    """What each wanted campaign has cost by its ledger, direct and allocated, in one currency."""
    statement = (
        select(Campaign.campaign_id, func.sum(BudgetLine.incurred, type_=Amount()))
        .join(BudgetLine, BudgetLine.campaign_id == Campaign.campaign_id)
        .where(actor.scope(Campaign.__table__.c.department), BudgetLine.currency == currency)
        .group_by(Campaign.campaign_id)
    )
    if query.department is not None:
        statement = statement.where(Campaign.department == query.department)
    if query.since is not None:
        statement = statement.where(Campaign.starts_on >= query.since)
    if query.until is not None:
        statement = statement.where(Campaign.starts_on <= query.until)
    return {campaign_id: cost for campaign_id, cost in session.execute(statement)}


def main_currency(session: Session, actor: Actor) -> str | None:
    """The currency that most campaigns of the actor's departments are planned in."""
    query = (
        select(Campaign.currency)
        .where(actor.scope(Campaign.__table__.c.department), Campaign.currency.is_not(None))
        .group_by(Campaign.currency)
        .order_by(func.count().desc(), Campaign.currency)
    )
    return session.scalar(query.limit(1))


def codes_of(session: Session, actor: Actor, ids: Sequence[UUID]) -> dict[UUID, str]:
    """Campaigns of the actor's departments by code and name; touches may be by others, too."""
    query = select(Campaign.campaign_id, Campaign.code, Campaign.name).where(
        Campaign.campaign_id.in_(ids), actor.scope(Campaign.__table__.c.department)
    )
    return {campaign_id: f"{code} · {name}" for campaign_id, code, name in session.execute(query) if code}


def tree(session: Session, actor: Actor) -> Tree:
    """The sources that the actor's departments have entered."""
    query = (
        select(Source.source_id, Source.code, Source.name, Source.parent_id)
        .where(Source.sequence > 0, actor.scope(Source.__table__.c.department))
        .order_by(Source.department, Source.code)
    )
    return Tree(
        Branch(source_id, code or "", name or "", parent_id)
        for source_id, code, name, parent_id in session.execute(query)
    )


def _placed(wanted: Sequence[ColumnElement[bool]]) -> Any:
    """Each touch that may have led to a wanted lead, with whether it was the first or last of them."""
    numbered = _numbered(wanted).subquery("numbered").c
    placed: Select[Any] = select(
        numbered.lead_id,
        numbered.source,
        numbered.campaign_id,
        numbered.touches,
        case((numbered.place == 1, 1), else_=0).label("first"),
        case((numbered.place == numbered.touches, 1), else_=0).label("last"),
    )
    return placed.subquery("placed")


def _numbered(wanted: Sequence[ColumnElement[bool]]) -> Select[Any]:
    """The touches of each wanted lead, numbered in time.

    They are all of the touches of its contact until it was converted, of whatever lead; its own always are.
    """
    worth, other = aliased(LeadWorth), aliased(LeadWorth)
    in_time = (LeadTouch.touched_at, LeadTouch.touch_id)
    before = (worth.converted_at.is_(None), LeadTouch.touched_at <= worth.converted_at)
    return (
        select(
            Lead.lead_id,
            func.coalesce(LeadTouch.source, "").label("source"),
            LeadTouch.campaign_id,
            func.count().over(partition_by=Lead.lead_id).label("touches"),
            func.row_number().over(partition_by=Lead.lead_id, order_by=in_time).label("place"),
        )
        .join(worth, worth.lead_id == Lead.lead_id)
        .join(other, other.contact_id == worth.contact_id)
        .join(LeadTouch, LeadTouch.lead_id == other.lead_id)
        .where(*wanted, or_(LeadTouch.lead_id == Lead.lead_id, *before))
    )


def _money(column: Any, condition: ColumnElement[bool]) -> ColumnElement[Decimal]:
    return func.sum(case((condition, column)), type_=Amount())


def _place(source: str, campaign_id: UUID | None, touches: int, *counted: Any) -> Place:
    first, last, leads, valid, converted, worth, amount = counted
    return Place(
        node=(source, campaign_id),
        touches=touches,
        first=bool(first),
        last=bool(last),
        leads=leads,
        valid_leads=valid,
        converted=converted,
        worth=worth or Decimal(),
        amount=amount or Decimal(),
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=UTC)
