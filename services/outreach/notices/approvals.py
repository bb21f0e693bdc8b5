"""Telling people of approvals: whose turn it is, who is late, and what came of a request."""

from typing import Any
from uuid import UUID

from sqlalchemy import String, Text, Uuid
from sqlalchemy.orm import Mapped, Session, mapped_column

from chassis.columns import Document
from contracts.finance import (
    ApprovalAdvanced,
    ApprovalDecided,
    ApprovalEscalated,
    ApprovalOpened,
    ApprovalReminded,
    ApprovalVoided,
    Asked,
)
from services.outreach.base import Base
from services.outreach.notices.actions import notify
from services.outreach.notices.words import Kind


class KnownApproval(Base):
    """What is told of an open approval; later events name it by its id alone. Gone once it is closed."""

    __tablename__ = "notice_approvals"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    department: Mapped[str] = mapped_column(String(64))
    requested_by: Mapped[str] = mapped_column(String(255))
    title: Mapped[str] = mapped_column(Text)
    total: Mapped[str] = mapped_column(Text)
    steps: Mapped[list[Any]] = mapped_column(Document)


def tell_opened(session: Session, event: ApprovalOpened) -> None:
    """Those who are asked on the first step hear of it."""
    known = KnownApproval(
        id=event.approval_id,
        department=event.department,
        requested_by=event.requested_by,
        title=event.title or event.kind,
        total=f"{event.total.amount} {event.total.currency}",
        steps=list(event.steps),
    )
    session.add(known)
    _tell(session, known, event.asked, kind="approval_waiting", step=1)


def tell_advanced(session: Session, event: ApprovalAdvanced) -> None:
    """Once a step is passed, those who are asked on the next one hear of it."""
    if event.passed and (known := _known(session, event.approval_id)):
        _tell(session, known, event.asked, kind="approval_waiting", step=event.step + 1)


def tell_reminded(session: Session, event: ApprovalReminded) -> None:
    """Those who let a step wait are reminded."""
    if known := _known(session, event.approval_id):
        _tell(session, known, event.asked, kind="approval_reminder", step=event.step)


def tell_escalated(session: Session, event: ApprovalEscalated) -> None:
    """Those whom a step has come to hear of it."""
    if known := _known(session, event.approval_id):
        _tell(session, known, event.to, kind="approval_escalated", step=event.step)


def tell_decided(session: Session, event: ApprovalDecided) -> None:
    """The requester hears what came of it."""
    known = _known(session, event.approval_id)
    if known is None:
        return
    notify(
        session,
        kind="approval_decided",
        entity_id=known.id,
        cause=str(known.id),
        department=known.department,
        about={
            "title": known.title,
            "outcome": event.outcome,
            "by": event.decided_by,
            "comment": event.comment,
        },
        persons=[known.requested_by],
    )
    session.delete(known)


def forget(session: Session, event: ApprovalVoided) -> None:
    """Nobody is asked any more."""
    if known := _known(session, event.approval_id):
        session.delete(known)


def _tell(session: Session, known: KnownApproval, asked: Asked | None, *, kind: Kind, step: int) -> None:
    """The requester is never asked, so nobody is told of their own request."""
    if asked is None:
        return
    name = known.steps[step - 1] if step <= len(known.steps) else str(step)
    notify(
        session,
        kind=kind,
        entity_id=known.id,
        cause=f"{known.id}/{step}",
        department=known.department,
        about={
            "title": known.title,
            "total": known.total,
            "requester": known.requested_by,
            "step": str(name),
        },
        persons=asked.persons,
        roles=[asked.role] if asked.role and not asked.persons else (),
        without=[known.requested_by],
    )


def _known(session: Session, approval_id: UUID) -> KnownApproval | None:
    """None for one that was opened before there were notices: nobody is told of it."""
    return session.get(KnownApproval, approval_id)
