"""Writing notices for those whom something concerns."""

from collections.abc import Collection, Iterable, Mapping
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.clock import now
from chassis.errors import Conflict
from chassis.ids import new_id
from chassis.logs import get_logger
from services.outreach.notices.model import Notice
from services.outreach.notices.words import Kind, title_of
from services.outreach.singles.model import FAILED, QUEUED, UNCERTAIN
from services.outreach.staff.model import Person
from services.outreach.staff.queries import meant

log = get_logger(__name__)

_WORDS: Final = ("title", "why")
"""Of what a notice is about, the values that people wrote."""


def notify(
    session: Session,
    *,
    kind: Kind,
    entity_id: UUID,
    cause: str,
    department: str,
    about: Mapping[str, str],
    persons: Iterable[str] = (),
    roles: Iterable[str] = (),
    without: Iterable[str] = (),
) -> int:
    """Queue a notice for each person named and each holder of one of ``roles`` in the department.

    Those ``without`` get none, nor those who muted the kind, nor who had one of the same ``cause``. Returns
    how many were queued; who is not in the directory of staff cannot be reached, which is logged.
    """
    known = meant(session, persons=persons, roles=roles, department=department)
    unknown = set(persons) - {person.subject for person in known}
    if unknown:
        log.info("notice_unaddressed", kind=kind, persons=sorted(unknown))
    left_out = set(without) | _told(session, kind=kind, cause=cause)
    wanted = [one for one in known if one.subject not in left_out and kind not in one.muted]
    session.add_all(
        _notice(one, kind=kind, entity_id=entity_id, cause=cause, department=department, about=about)
        for one in wanted
    )
    return len(wanted)


def send_again(notice: Notice) -> Notice:
    """Have one that failed or is uncertain sent again. Raises Conflict for any other."""
    if notice.state not in (FAILED, UNCERTAIN):
        raise Conflict(f"A notice that is {notice.state} is not sent again.")
    notice.state, notice.reason, notice.attempts = QUEUED, "", 0
    notice.due_at, notice.ended_at = now(), None
    return notice


def forget(session: Session, entity_ids: Collection[UUID]) -> int:
    """Blank what notices say about leads and requests of somebody who is erased. Returns how many there are.

    One that waits goes as it is then: it leads to what it is about.
    """
    about = select(Notice).where(Notice.entity_id.in_(entity_ids)).with_for_update()
    notices = session.scalars(about).all()
    for notice in notices:
        notice.about = {name: "-" if name in _WORDS else value for name, value in notice.about.items()}
        notice.title = title_of(notice.kind, notice.about, language=notice.language)
    return len(notices)


def _told(session: Session, *, kind: str, cause: str) -> set[str]:
    return set(session.scalars(select(Notice.subject).where(Notice.kind == kind, Notice.cause == cause)))


def _notice(
    person: Person, *, kind: Kind, entity_id: UUID, cause: str, department: str, about: Mapping[str, str]
) -> Notice:
    return Notice(
        id=new_id(),
        address=person.email,
        state=QUEUED,
        reason="",
        attempts=0,
        due_at=now(),
        created_at=now(),
        subject=person.subject,
        kind=kind,
        cause=cause,
        entity_id=entity_id,
        department=department,
        language=person.language,
        title=title_of(kind, about, language=person.language),
        about=dict(about),
    )
