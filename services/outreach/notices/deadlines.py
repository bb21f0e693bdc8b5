"""Telling people of leads and requests that wait for them, that are late, or that come to them."""

from sqlalchemy.orm import Session

from contracts.event import Subject
from contracts.lead import ClockEscalated, ClockReminded, RequestAssigned, RequestOpened
from services.outreach.notices.actions import notify
from services.outreach.notices.words import Kind

_REMINDED: dict[str, Kind] = {"lead": "lead_reminder", "request": "request_reminder"}
_ESCALATED: dict[str, Kind] = {"lead": "lead_escalated", "request": "request_escalated"}


def tell_reminded(session: Session, event: ClockReminded) -> None:
    """Whoever is to act hears of it; nobody where it lies in a pool."""
    if event.owner is not None:
        notify(
            session,
            kind=_REMINDED[event.subject],
            entity_id=event.subject_id,
            cause=f"{event.clock_id}/{event.percent}",
            department=event.department,
            about=_about(event),
            persons=[event.owner],
        )


def tell_escalated(session: Session, event: ClockEscalated) -> None:
    """Those whom it comes to hear of it, with who let it lie."""
    notify(
        session,
        kind=_ESCALATED[event.subject],
        entity_id=event.subject_id,
        cause=f"{event.clock_id}/{event.percent}",
        department=event.department,
        about={**_about(event), "owner": event.owner or "-"},
        roles=[event.role],
    )


def tell_opened(session: Session, event: RequestOpened) -> None:
    """The responder hears of a request, unless they opened it themselves."""
    if event.responder is not None:
        _tell_responder(session, event, event.responder, why="")


def tell_assigned(session: Session, event: RequestAssigned) -> None:
    """The new responder hears of it, unless they took it themselves."""
    _tell_responder(session, event, event.responder, why=event.why)


def _tell_responder(
    session: Session, event: RequestOpened | RequestAssigned, responder: Subject, *, why: str
) -> None:
    notify(
        session,
        kind="request_assigned",
        entity_id=event.request_id,
        cause=f"{event.request_id}/{event.at:%Y%m%dT%H%M%S%f}",
        department=event.department,
        about={"title": event.title, "why": why},
        persons=[responder],
        without=[event.by],
    )


def _about(event: ClockReminded | ClockEscalated) -> dict[str, str]:
    return {
        "title": event.title,
        "clock": event.kind,
        "due_at": event.due_at.strftime("%Y-%m-%d %H:%M UTC"),
    }
