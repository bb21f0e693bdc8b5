"""What the projected rows of campaigns come to, counted by a few grouped selects."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, distinct, func, select

from chassis.auth import Actor
from chassis.database import Session
from chassis.errors import NotFound
from services.reporting.evaluation.counting import WaveOutcomes, by_status
from services.reporting.evaluation.formulas import Facts
from services.reporting.projections.folding import PROGRESS
from services.reporting.projections.model import (
    BudgetLine,
    Campaign,
    EventSource,
    Lead,
    Mailing,
    Response,
    Target,
    Wave,
)


def campaigns(actor: Actor, *, state: str | None = None) -> Select[Campaign]:
    """The campaigns of the actor's departments, in ``state`` if it is given."""
    query = select(Campaign).where(Campaign.plan_sequence > 0, actor.scope(Campaign.__table__.c.department))
    return query if state is None else query.where(Campaign.state == state)


def campaign(session: Session, actor: Actor, campaign_id: UUID) -> Campaign:
    """One campaign. Raises NotFound when it is unknown, or of a department that is not the actor's."""
    found = session.scalar(campaigns(actor).where(Campaign.campaign_id == campaign_id))
    if found is None:
        raise NotFound("campaign", campaign_id)
    return found


def facts_of(session: Session, campaigns: Sequence[Campaign]) -> dict[UUID, Facts]:
    """What each of ``campaigns`` came to, by its id; five statements, however many campaigns there are."""
    ids = [one.campaign_id for one in campaigns]
    counted: dict[UUID, dict[str, Any]] = {
        one.campaign_id: {"targets": one.targets or 0, "currency": one.currency} for one in campaigns
    }
    queries: tuple[Select[Any, int, int], ...] = (_targets(ids), _responses(ids), _leads(ids))
    for query in queries:
        for row in session.execute(query).mappings():
            counted[row["campaign_id"]] |= {
                name: value for name, value in row.items() if name != "campaign_id"
            }
    for campaign_id, money in _money(session, ids).items():
        counted[campaign_id] |= money
    return {campaign_id: Facts(**values) for campaign_id, values in counted.items()}


def sources_of(session: Session, campaign_id: UUID) -> dict[str, EventSource]:
    """The events that a campaign's rows were folded from, by event type."""
    rows = session.scalars(select(EventSource).where(EventSource.campaign_id == campaign_id))
    return {row.type: row for row in rows}


def progress_of(session: Session, campaign_id: UUID, *, targets: int) -> Mapping[str, int]:
    """How many of the ``targets`` on the frozen list stand at each status now."""
    query = select(Target.progress, func.count()).where(Target.campaign_id == campaign_id)
    return by_status(dict(session.execute(query.group_by(Target.progress)).all()), targets=targets)


def budget_lines(session: Session, campaign_id: UUID) -> Sequence[BudgetLine]:
    """The budget lines of a campaign by name."""
    query = select(BudgetLine).where(BudgetLine.campaign_id == campaign_id)
    return session.scalars(query.order_by(BudgetLine.name, BudgetLine.line_id)).all()


def wave_outcomes(session: Session, campaign_id: UUID) -> Sequence[WaveOutcomes]:
    """The mailings of a campaign, each with its deliveries counted by outcome, in the order of the waves."""
    query = (
        select(
            Mailing.mailing_id,
            Mailing.wave_id,
            Wave.number,
            func.coalesce(Wave.channel, Mailing.channel),
            Mailing.recipients,
            Mailing.accepted,
            Mailing.failed,
            Mailing.suppressed,
            Mailing.uncertain,
        )
        .outerjoin(Wave, (Wave.campaign_id == Mailing.campaign_id) & (Wave.wave_id == Mailing.wave_id))
        .where(Mailing.campaign_id == campaign_id)
        .order_by(Wave.number.nulls_last(), Mailing.mailing_id)
    )
    return [WaveOutcomes(*row) for row in session.execute(query)]


def _targets(ids: Sequence[UUID]) -> Select[UUID, int, int]:
    return (
        select(
            Target.campaign_id,
            _count_where(Target.reached > 0, "executed_targets"),
            _count_where(Target.progress >= PROGRESS["opportunity"], "opportunities"),
        )
        .where(Target.campaign_id.in_(ids))
        .group_by(Target.campaign_id)
    )


def _responses(ids: Sequence[UUID]) -> Select[UUID, int, int]:
    return (
        select(
            Response.campaign_id,
            func.count().label("responses"),
            func.count(distinct(Response.target_id)).label("responding_targets"),
        )
        .where(Response.campaign_id.in_(ids))
        .group_by(Response.campaign_id)
    )


def _leads(ids: Sequence[UUID]) -> Select[UUID | None, int, int]:
    return (
        select(
            Lead.campaign_id,
            _count_where(Lead.capture_sequence > 0, "leads"),
            _count_where(Lead.outcome.in_(("near_term", "long_term")), "valid_leads"),
        )
        .where(Lead.campaign_id.in_(ids))
        .group_by(Lead.campaign_id)
    )


def _money(session: Session, ids: Sequence[UUID]) -> dict[UUID, dict[str, Any]]:
    query = (
        select(
            BudgetLine.campaign_id,
            BudgetLine.currency,
            func.sum(BudgetLine.budget).label("budget"),
            func.sum(BudgetLine.committed).label("committed"),
            func.sum(BudgetLine.incurred - BudgetLine.allocated).label("direct_cost"),
            func.sum(BudgetLine.allocated).label("allocated_cost"),
        )
        .where(BudgetLine.campaign_id.in_(ids))
        .group_by(BudgetLine.campaign_id, BudgetLine.currency)
    )
    money: dict[UUID, dict[str, Any]] = {}
    for row in session.execute(query).mappings():
        values = {name: value for name, value in row.items() if name != "campaign_id"}
        if row["campaign_id"] in money:
            values = dict.fromkeys(("budget", "committed", "direct_cost", "allocated_cost"))
        money[row["campaign_id"]] = values
    return money


def _count_where(condition: ColumnElement[bool], name: str) -> ColumnElement[int]:
    return func.count().filter(condition).label(name)
