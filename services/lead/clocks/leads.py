"""The clocks of leads: begun for each new lead by the clockwork, and following every act on it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from services.lead.clocks.actions import Clockroom, Missed
from services.lead.clocks.wishes import Subject, wishes_of_lead
from services.lead.leads.model import Lead
from services.lead.leads.states import State
from services.lead.service_levels.model import Act

ON_TIMELINE: dict[Act, str] = {
    "remind": "reminded",
    "breach": "breached",
    "escalate": "escalated",
    "reassign": "taken_back",
}
"""What the timeline of a lead calls the steps of its clocks."""


def subject_of(lead: Lead) -> Subject:
    """A lead as its clocks see it."""
    return Subject(
        kind="lead",
        id=lead.id,
        department=lead.department,
        level_kind="",
        grade=lead.grade or "",
        wishes=wishes_of_lead(lead.state, lead.assignee or ""),
        title=title_of(lead),
        owner=lead.assignee or lead.previous,
        accept_by=lead.accept_by,
    )


def title_of(lead: Lead) -> str:
    """What a lead is about, in a few words."""
    return ", ".join(lead.products) or lead.intent or lead.source


def follow_lead(session: Session, lead: Lead, *, at: datetime) -> list[tuple[str, str]]:
    """Have the clocks of a lead that somebody acted on follow it. The lead is locked.

    Returns what was missed, for its timeline: what to call it, and the words.
    """
    missed = _follow(Clockroom(session, [subject_of(lead)]), lead, at=at)
    lead.clocked_at = lead.clocked_at or at
    return [(ON_TIMELINE[one.act], one.told) for one in missed]


def enrol(session: Session, leads: Sequence[Lead], *, at: datetime) -> None:
    """Begin the clocks of leads that nobody has acted on, from when they were captured. They are locked."""
    room = Clockroom(session, [subject_of(lead) for lead in leads])
    for lead in leads:
        _follow(room, lead, at=lead.captured_at if lead.state == State.NEW else lead.moved_at)
    done = update(Lead).where(Lead.id.in_([lead.id for lead in leads])).values(clocked_at=at)
    session.execute(done, execution_options={"synchronize_session": False})


def unclocked(limit: int) -> Select[Lead]:
    """Leads whose clocks have not begun yet, oldest first."""
    return select(Lead).where(Lead.clocked_at.is_(None)).order_by(Lead.id).limit(limit)


def _follow(room: Clockroom, lead: Lead, *, at: datetime) -> list[Missed]:
    subject = subject_of(lead)
    if lead.clocked_at is None and lead.state != State.NEW:
        # What was done to it before its clocks began still counts as an answer in time, or too late.
        room.follow(replace(subject, wishes=wishes_of_lead(State.NEW, "")), at=lead.captured_at)
    return room.follow(subject, at=at)
