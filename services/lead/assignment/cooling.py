"""Who gave a lead back, or let it lie, does not get it again for a while."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.lead.assignment.model import Cooling


def cool(session: Session, *, lead_id: UUID, subject: str, at: datetime) -> None:
    """Keep that ``subject`` lost the lead ``at`` that moment."""
    session.merge(Cooling(lead_id=lead_id, subject=subject, since=at))


def cooled(
    session: Session, lead_ids: Collection[UUID], *, hours: float, at: datetime
) -> dict[UUID, set[str]]:
    """Who lost which of these leads within the last ``hours``."""
    found: dict[UUID, set[str]] = {}
    lately = select(Cooling.lead_id, Cooling.subject).where(
        Cooling.lead_id.in_(lead_ids), Cooling.since > at - timedelta(hours=hours)
    )
    for lead_id, subject in session.execute(lately):
        found.setdefault(lead_id, set()).add(subject)
    return found
