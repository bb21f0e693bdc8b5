"""Places of a registration: taking one, waiting for one, giving one back, and checking in.

Whoever does one of these holds the lock of the form, so places are given out one after the other.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import func, select, update

from chassis.auth import Actor
from chassis.clock import now
from chassis.database import Session
from chassis.errors import Conflict, NotFound
from chassis.logs import get_logger
from services.outreach.forms import mails
from services.outreach.forms.answers import publish_answer
from services.outreach.forms.model import (
    CANCELLED,
    CONFIRMED,
    NO_PLACE,
    PENDING,
    REPEATED,
    SEATED,
    TICKET,
    WAITING,
    Form,
    Submission,
    forms,
)
from services.outreach.forms.sealing import Seals

log = get_logger(__name__)


@dataclass(frozen=True)
class CheckIn:
    """Somebody who came. ``outcome`` is used where the code was seen before, then at ``checked_in_at``."""

    outcome: Literal["checked_in", "used"]
    submission: Submission

    @property
    def checked_in_at(self) -> datetime | None:
        return self.submission.checked_in_at


def take_place(session: Session, form: Form, submission: Submission) -> None:
    """Give a confirmed registration a place, or put it on the waiting list. The form is locked."""
    if _registered_before(session, form, submission):
        submission.place = REPEATED
    elif form.capacity is None or form.taken < form.capacity:
        _seat(session, form, submission)
    else:
        submission.place = WAITING


def fill_places(session: Session, form: Form) -> int:
    """Give free places to those who wait longest. Returns how many got one. The form is locked."""
    free = None if form.capacity is None else form.capacity - form.taken
    if free is not None and free <= 0:
        return 0
    waiting = (
        select(Submission)
        .where(Submission.form_id == form.id, Submission.place == WAITING)
        .order_by(Submission.confirmed_at, Submission.id)
        .limit(free)
        .with_for_update()
    )
    moved = session.scalars(waiting).all()
    for submission in moved:
        _seat(session, form, submission)
        log.info("form_place_given", form=form.code)
    return len(moved)


def cancel(session: Session, form: Form, submission: Submission) -> None:
    """Give a registration up; its place goes to the next who waits. Raises Conflict when it has none."""
    if submission.place not in (SEATED, WAITING):
        raise Conflict("This is no registration that could be cancelled")
    if submission.checked_in_at is not None:
        raise Conflict("Who checked in cannot be cancelled")
    if submission.place == SEATED:
        _count_taken(session, form, -1)
    submission.place = CANCELLED
    fill_places(session, form)


def check_in(session: Session, actor: Actor, form: Form, *, code: str, seals: Seals) -> CheckIn:
    """Take a code at the door. The same one again says that it is used, and since when.

    Raises NotFound for a code that is not of this form, Conflict for a registration that was cancelled.
    """
    ticket = seals.read_code(form.id, code)
    found = None
    if ticket is not None:
        of_ticket = select(Submission).where(Submission.form_id == form.id, Submission.ticket == ticket)
        found = session.scalars(of_ticket.with_for_update()).one_or_none()
    if found is None:
        raise NotFound("check-in code", code[:40])
    if found.place != SEATED:
        raise Conflict(f"The registration of this code is {found.place}")
    if found.checked_in_at is not None:
        return CheckIn("used", found)
    found.checked_in_at, found.checked_in_by = now(), actor.subject
    publish_answer(session, found, form, kind="check_in")
    return CheckIn("checked_in", found)


def _registered_before(session: Session, form: Form, submission: Submission) -> bool:
    if not submission.email:
        return False
    session.flush()
    same = select(Submission.id).where(
        Submission.form_id == form.id,
        func.lower(Submission.email) == submission.email.lower(),
        Submission.state == CONFIRMED,
        Submission.place.in_((SEATED, WAITING)),
        Submission.id != submission.id,
    )
    return session.scalar(same.limit(1)) is not None


def _seat(session: Session, form: Form, submission: Submission) -> None:
    _count_taken(session, form, 1)
    submission.place = SEATED
    if submission.ticket is None:
        submission.ticket = form.tickets
    mails.queue(session, submission, purpose=TICKET)


def _count_taken(session: Session, form: Form, change: int) -> None:
    """Past the session's unit of work: it is no change of the form that anybody made."""
    given = max(change, 0)
    session.flush()
    session.execute(
        update(forms)
        .where(forms.c.id == form.id)
        .values(taken=forms.c.taken + change, tickets=forms.c.tickets + given)
    )
    session.refresh(form, ["taken", "tickets"])


def state_of(submission: Submission) -> str:
    """What to tell the person about it: a key of our words, or nothing."""
    if submission.state == PENDING or submission.place == NO_PLACE:
        return ""
    return submission.place
