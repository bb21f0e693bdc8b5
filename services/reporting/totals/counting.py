"""Counting campaigns whose events went on since they were counted last."""

from collections.abc import Mapping, Sequence
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, func, or_, select, update

from chassis.clock import now
from chassis.database import Database, Session
from services.reporting.bulk import bulk_insert, parameters_of
from services.reporting.evaluation.formulas import Facts
from services.reporting.evaluation.queries import facts_of
from services.reporting.projections.folding import PROGRESS
from services.reporting.projections.model import Campaign, EventSource, Target
from services.reporting.totals.model import CampaignTotal

AT_ONCE = 50
"""Campaigns counted by one statement."""

COUNTED = ("executed_targets", "responses", "responding_targets", "leads", "valid_leads", "opportunities")
MONEY = ("currency", "budget", "committed", "direct_cost", "allocated_cost")

_TOTALS = cast(Table, CampaignTotal.__table__)


def count_due(database: Database, *, most: int = AT_ONCE) -> int:
    """Count at most ``most`` campaigns whose events went on. Returns how many.

    Where there are fewer, the one that was counted longest ago is counted again, so that whatever was ever
    missed mends itself.
    """
    with database.reading() as session:
        due = due_campaigns(session, most=most)
        if len(due) < most:
            due = {**_oldest(session), **due}
        rows = count(session, due)
    if rows:
        with database.transaction() as session:
            keep(session, rows)
    return len(rows)


def due_campaigns(session: Session, *, most: int) -> dict[UUID, int]:
    """Campaigns that were not counted since their last event, with its position; longest waiting first.

    Those whose plan is not known yet wait for it.
    """
    seen = (
        select(EventSource.campaign_id, func.max(EventSource.last_position).label("position"))
        .group_by(EventSource.campaign_id)
        .subquery()
    )
    query = (
        select(seen.c.campaign_id, seen.c.position)
        .join(Campaign, Campaign.campaign_id == seen.c.campaign_id)
        .outerjoin(CampaignTotal, CampaignTotal.campaign_id == seen.c.campaign_id)
        .where(Campaign.plan_sequence > 0)
        .where(or_(CampaignTotal.position.is_(None), CampaignTotal.position < seen.c.position))
        .order_by(seen.c.position)
        .limit(most)
    )
    return {campaign_id: position for campaign_id, position in session.execute(query)}


def count(session: Session, due: Mapping[UUID, int]) -> list[dict[str, Any]]:
    """The rows of these campaigns as they are now. The position was read before: it promises less."""
    campaigns = session.scalars(select(Campaign).where(Campaign.campaign_id.in_(due))).all()
    facts = facts_of(session, campaigns)
    won = _won(session, list(facts))
    return [
        _row(campaign_id, one, position=due[campaign_id], won=won.get(campaign_id, 0))
        for campaign_id, one in facts.items()
    ]


def keep(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Write what was counted, unless another process has counted later events."""
    statement = bulk_insert(session, _TOTALS)
    new = statement.excluded
    changes = {column.name: new[column.name] for column in _TOTALS.columns if not column.primary_key}
    merge = statement.on_conflict_do_update(
        index_elements=["campaign_id"], set_=changes, where=new.position >= _TOTALS.c.position
    )
    session.execute(merge, parameters_of(session, rows))


def count_anew(session: Session) -> None:
    """Have all campaigns counted again, since their rows were made anew; till then the old counts show."""
    session.execute(update(CampaignTotal).values(position=0))


def _oldest(session: Session) -> dict[UUID, int]:
    query = select(CampaignTotal.campaign_id, CampaignTotal.position).order_by(CampaignTotal.counted_at)
    return {campaign_id: position for campaign_id, position in session.execute(query.limit(1))}


def _won(session: Session, ids: Sequence[UUID]) -> dict[UUID, int]:
    query = (
        select(Target.campaign_id, func.count())
        .where(Target.campaign_id.in_(ids), Target.progress == PROGRESS["won"])
        .group_by(Target.campaign_id)
    )
    return {campaign_id: won for campaign_id, won in session.execute(query)}


def _row(campaign_id: UUID, facts: Facts, *, position: int, won: int) -> dict[str, Any]:
    counted = {name: getattr(facts, name) for name in (*COUNTED, *MONEY)}
    return {"campaign_id": campaign_id, "position": position, "counted_at": now(), "won": won, **counted}
