"""When the waves go that are released by themselves.

A first wave goes with the launch of its campaign. A follow-up that sends something, or opens a
sub-campaign, goes once, ``wait_days`` after every recipient of the earlier wave is accounted for. One that
makes leads looks from ``wait_days`` after the release of the earlier wave on, again and again, since
answers come as they like.
"""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, select

from chassis.database import Session
from services.campaign.planning.model import Campaign
from services.campaign.waves.model import PLANNED, WHEN_DUE, Wave


def schedule_first_waves(session: Session, campaign: Campaign) -> None:
    """The campaign was launched: its first waves that wait for that are due."""
    assert campaign.launched_at is not None
    _schedule(session, Wave.campaign_id == campaign.id, Wave.after_id.is_(None), at=campaign.launched_at)


def schedule_watchers(session: Session, wave: Wave) -> None:
    """The wave was released: those that make leads of its recipients begin to look."""
    assert wave.released_at is not None
    _schedule(session, Wave.after_id == wave.id, at=wave.released_at, going_on=True)


def schedule_followers(session: Session, wave_id: UUID, *, at: datetime) -> None:
    """Every recipient of the wave is accounted for since ``at``: its other followers are due in time."""
    _schedule(session, Wave.after_id == wave_id, at=at, going_on=False)


def _schedule(
    session: Session, *which: ColumnElement[bool], at: datetime, going_on: bool | None = None
) -> None:
    waiting = select(Wave).where(*which, Wave.release == WHEN_DUE, Wave.state == PLANNED)
    for wave in session.scalars(waiting):
        if going_on is None or wave.goes_on == going_on:
            wave.due_at = at + timedelta(days=wave.wait_days)
