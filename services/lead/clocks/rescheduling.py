"""When a calendar changes, the clockwork looks at every clock that runs by it."""

from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from chassis.clock import now
from services.lead.clocks.model import RUNNING, Clock


def look_again(session: Session, *, calendar_id: UUID) -> None:
    """Have the running clocks of a calendar looked at now. Their moments are found there, not here."""
    running = update(Clock).where(Clock.calendar_id == calendar_id, Clock.state == RUNNING)
    session.execute(running.values(next_at=now()), execution_options={"synchronize_session": False})
