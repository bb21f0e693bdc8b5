"""A campaign's rows as they were at a past moment, folded from the archive."""

from datetime import datetime
from uuid import UUID

from chassis.clock import now
from chassis.database import Session
from chassis.errors import Conflict, Invalid, NotFound
from services.reporting.archive import queries as archive
from services.reporting.evaluation.counting import COUNTED, of_campaign
from services.reporting.projections import shapes
from services.reporting.projections.fold import FOLDED, Fold
from services.reporting.projections.shapes import Row, Shape


def rows_at(session: Session, campaign_id: UUID, at: datetime) -> tuple[int, dict[Shape, list[Row]]]:
    """The campaign's rows from all that had happened up to ``at``, and the last position among it.

    Raises Invalid for a moment to come, NotFound where the campaign was not there yet, and Conflict where
    the archive lacks a month in which something happened to it.
    """
    if at > now():
        raise Invalid({"at": ["Must not lie in the future"]})
    _check_complete(session, campaign_id)
    fold = Fold(of=COUNTED)
    last = 0
    for fact in archive.facts_of_campaign(session, campaign_id, FOLDED, at=at):
        fold.add(fact)
        if fact.campaign_id == campaign_id:
            last = max(last, fact.position)
    plan = fold.rows[shapes.CAMPAIGNS].get((campaign_id,))
    if plan is None or not plan["plan_sequence"]:
        raise NotFound("campaign", f"{campaign_id} at {at.isoformat()}")
    return last, of_campaign(fold.rows, campaign_id)


def _check_complete(session: Session, campaign_id: UUID) -> None:
    began = archive.first_position(session, campaign_id)
    if missing := archive.detached_after(session, began):
        months = ", ".join(one.month for one in missing)
        raise Conflict(f"The archive lacks {months}; past figures need what was taken out")
