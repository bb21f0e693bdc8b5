"""The clocks of leads: begun for each new lead by the clockwork, and following every act on it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import Select, event, orm, select, update

from chassis.auth import Actor
from chassis.database import Session
from services.lead.clocks.actions import Clockroom, Missed
from services.lead.clocks.wishes import NOT_ACCEPTED, Subject, wishes_of_lead
from services.lead.leads.model import Lead, LeadAction
from services.lead.leads.states import State
from services.lead.service_levels.model import ACCEPT, Act
from services.lead.timeline.model import entry_id

ON_TIMELINE: dict[Act, str] = {
    "remind": "reminded",
    "breach": "breached",
    "escalate": "escalated",
    "reassign": "taken_back",
}
"""What the timeline of a lead calls the steps of its clocks."""

_FOLLOWING: Final = "leads_to_follow"
_CLOCKS: Final = Actor.system("lead")


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
        unmet=frozenset({ACCEPT}) if lead.state in NOT_ACCEPTED else frozenset(),
    )


def title_of(lead: Lead) -> str:
    """What a lead is about, in a few words."""
    return ", ".join(lead.products) or lead.intent or lead.source


def follow_lead(session: orm.Session, lead: Lead, *, at: datetime) -> None:
    """Have the clocks of a lead that somebody acted on follow it, when the transaction ends.

    Those of all leads that it acted on follow together, so that an act costs no statements of its own. The
    lead is locked.
    """
    session.info.setdefault(_FOLLOWING, {})[lead.id] = (lead, at)


def follow_now(session: orm.Session) -> None:
    """Have the clocks follow at once. What was missed goes onto the timelines."""
    pending: dict[UUID, tuple[Lead, datetime]] = session.info.pop(_FOLLOWING, {})
    if not pending:
        return
    session.flush()
    room = Clockroom(session, [subject_of(lead) for lead, _ in pending.values()])
    for lead, at in pending.values():
        missed = _follow(room, lead, at=at)
        session.add_all(_told_late(lead, one, number=number) for number, one in enumerate(missed))
        lead.entries += len(missed)
        if lead.clocked_at is None:
            lead.clocked_at = at


@event.listens_for(Session, "before_commit", insert=True)
def _follow_last(session: orm.Session) -> None:
    # Before what the chassis writes last: the events of clocks belong to it.
    if not session.in_nested_transaction():
        follow_now(session)


@event.listens_for(Session, "after_soft_rollback")
def _forget(session: orm.Session, ended: orm.SessionTransaction) -> None:
    if ended.parent is None:
        session.info.pop(_FOLLOWING, None)


def enrol(session: orm.Session, leads: Sequence[Lead], *, at: datetime) -> None:
    """Begin the clocks of leads that nobody has acted on, from when they were captured. They are locked."""
    room = Clockroom(session, [subject_of(lead) for lead in leads])
    for lead in leads:
        _follow(room, lead, at=lead.captured_at if lead.state == State.NEW else lead.moved_at)
    done = update(Lead).where(Lead.id.in_([lead.id for lead in leads])).values(clocked_at=at)
    session.execute(done, execution_options={"synchronize_session": False})


def unclocked(limit: int) -> Select[Lead]:
    """Leads whose clocks have not begun yet, oldest first."""
    return select(Lead).where(Lead.clocked_at.is_(None)).order_by(Lead.id).limit(limit)


def _told_late(lead: Lead, missed: Missed, *, number: int) -> LeadAction:
    """An entry that stands where it belongs in time; ``number`` keeps the order of those of one moment.

    What state the lead was in then is told by the entries before it.
    """
    about = {"kind": ON_TIMELINE[missed.act], "note": missed.told, "actor": _CLOCKS.subject}
    entry = LeadAction.of(lead, **about, at=missed.at)
    entry.id = UUID(int=entry_id(missed.at, missed.clock.id).int + number)
    entry.state = ""
    return entry


def _follow(room: Clockroom, lead: Lead, *, at: datetime) -> list[Missed]:
    subject = subject_of(lead)
    if lead.clocked_at is None and lead.state != State.NEW:
        # What was done to it before its clocks began still counts as an answer in time, or too late.
        room.follow(replace(subject, wishes=wishes_of_lead(State.NEW, "")), at=lead.captured_at)
    return room.follow(subject, at=at)
