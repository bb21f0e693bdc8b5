"""Reads of the mails that answer requests."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.errors import NotFound
from services.outreach.correspondence.model import AnswerMail


def answer_mails(actor: Actor, **equal: Any) -> Select[AnswerMail]:
    """Those of the actor's departments."""
    return select(AnswerMail).where(actor.scope(AnswerMail.department)).filter_by(**equal)


def mail_for_update(session: Session, actor: Actor, mail_id: UUID) -> AnswerMail:
    """One of them, locked. Raises NotFound."""
    found = session.scalar(answer_mails(actor, id=mail_id).with_for_update())
    if found is None:
        raise NotFound("answer mail", mail_id)
    return found


def mails_to(session: Session, contact_ids: Collection[UUID]) -> Sequence[AnswerMail]:
    """What went to some people, oldest first."""
    theirs = select(AnswerMail).where(AnswerMail.contact_id.in_(contact_ids))
    return session.scalars(theirs.order_by(AnswerMail.id)).all()
