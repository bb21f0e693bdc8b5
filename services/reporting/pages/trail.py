"""The events that a figure was counted from, some at a time, as people read them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.database import Session
from chassis.errors import NotFound
from services.reporting.archive import queries as archive
from services.reporting.archive.model import ArchivedEvent
from services.reporting.evaluation.formulas import FORMULAS

AT_ONCE = 50


@dataclass(frozen=True, kw_only=True)
class Trail:
    """Events behind ``figure`` after a position, the oldest first. ``further`` is where the others begin."""

    figure: str
    after: int
    events: Sequence[ArchivedEvent]
    further: int | None


def trail_of(session: Session, campaign_id: UUID, figure: str, *, after: int, at: datetime | None) -> Trail:
    """What a campaign's figure was counted from, now or at a past moment. Raises NotFound."""
    if figure not in FORMULAS:
        raise NotFound("figure", figure)
    query = archive.events_of_campaign(
        campaign_id, FORMULAS[figure].sources, after=after, limit=AT_ONCE + 1, at=at
    )
    found = session.scalars(query).all()
    shown = found[:AT_ONCE]
    further = shown[-1].position if len(found) > AT_ONCE else None
    return Trail(figure=figure, after=after, events=shown, further=further)


def told(body: str) -> str:
    """What an event says, a line a field."""
    return json.dumps(json.loads(body), indent=1, ensure_ascii=False)
