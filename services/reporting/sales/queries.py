"""Counts of leads by month, rep and contact, of wins, and of satisfaction: a statement each."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, case, func, select

from chassis.auth import Actor
from chassis.columns import Amount
from chassis.database import Session
from services.reporting.insights.model import LeadWorth, Satisfaction
from services.reporting.projections.model import Campaign, Lead
from services.reporting.reports.wanted import ReportQuery
from services.reporting.sales.months import Month
from services.reporting.sources.queries import VALID, leads_wanted

IS_VALID = Lead.outcome.in_(VALID)
CONVERTED = LeadWorth.conversion_sequence > 0


@dataclass(frozen=True)
class RepWork:
    """What came of the leads that a rep holds. ``amount`` is what those that were converted are worth."""

    rep: str
    leads: int
    accepted: int
    valid_leads: int
    converted: int
    returns: int
    amount: Decimal | None


@dataclass(frozen=True)
class Side:
    """The sums of the scores of one side of a survey, over ``answers``."""

    side: str
    answers: int
    expectation: Decimal
    experience: Decimal


def leads_by_month(
    session: Session, actor: Actor, query: ReportQuery, months: Sequence[Month]
) -> list[tuple[int, int, int]]:
    """The leads captured in each month, those of them that are valid, and those that were converted."""
    columns: list[ColumnElement[int]] = []
    for month in months:
        within = (Lead.captured_at >= month.since) & (Lead.captured_at < month.until)
        columns += [func.count().filter(within, *also) for also in ((), (IS_VALID,), (CONVERTED,))]
    statement = select(*columns).select_from(Lead).outerjoin(LeadWorth, LeadWorth.lead_id == Lead.lead_id)
    counts = list(session.execute(statement.where(*leads_wanted(actor, query))).one())
    return [(counts[at], counts[at + 1], counts[at + 2]) for at in range(0, len(counts), 3)]


def reps(session: Session, actor: Actor, query: ReportQuery, *, currency: str | None) -> list[RepWork]:
    """Everybody who holds leads, who converted most first."""
    converted = func.sum(case((CONVERTED, 1), else_=0))
    statement = (
        select(
            Lead.assignee,
            func.count(),
            func.sum(case((LeadWorth.accepted_by == Lead.assignee, 1), else_=0)),
            func.sum(case((IS_VALID, 1), else_=0)),
            converted,
            func.coalesce(func.sum(LeadWorth.returns), 0),
            func.sum(case((LeadWorth.amount_currency == currency, LeadWorth.amount)), type_=Amount()),
        )
        .outerjoin(LeadWorth, LeadWorth.lead_id == Lead.lead_id)
        .where(Lead.assignment_sequence > 0, Lead.assignee.is_not(None), *leads_wanted(actor, query))
        .group_by(Lead.assignee)
        .order_by(converted.desc(), Lead.assignee)
    )
    return [_work(*row) for row in session.execute(statement)]


def converted_by_contact(session: Session, actor: Actor, query: ReportQuery) -> list[tuple[str, int, int]]:
    """By department: contacts of whom a lead was converted, and those of whom several were."""
    each = (
        select(Lead.department, LeadWorth.contact_id, func.count().label("leads"))
        .join(LeadWorth, LeadWorth.lead_id == Lead.lead_id)
        .where(CONVERTED, LeadWorth.contact_id.is_not(None), *leads_wanted(actor, query))
        .group_by(Lead.department, LeadWorth.contact_id)
        .subquery()
    )
    again = func.sum(case((each.c.leads > 1, 1), else_=0))
    statement = (
        select(each.c.department, func.count(), again).group_by(each.c.department).order_by(each.c.department)
    )
    return [(department, contacts, several) for department, contacts, several in session.execute(statement)]


def sides(session: Session, actor: Actor, query: ReportQuery) -> list[Side]:
    """The sides that people were asked of in surveys of the wanted campaigns."""
    statement = (
        select(
            Satisfaction.side,
            func.sum(Satisfaction.answers),
            func.sum(Satisfaction.expectation, type_=Amount()),
            func.sum(Satisfaction.experience, type_=Amount()),
        )
        .join(Campaign, Campaign.campaign_id == Satisfaction.campaign_id)
        .where(actor.scope(Campaign.__table__.c.department))
        .group_by(Satisfaction.side)
        .order_by(Satisfaction.side)
    )
    if query.department is not None:
        statement = statement.where(Campaign.department == query.department)
    return [Side(side, int(answers), *scores) for side, answers, *scores in session.execute(statement)]


def _work(rep: str, *counted: Any) -> RepWork:
    """PostgreSQL sums 64-bit numbers to decimals."""
    leads, accepted, valid, converted, returns, amount = counted
    return RepWork(rep, leads, accepted, valid, converted, int(returns), amount)
