"""Queues the mails that answer requests."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.clock import now
from chassis.errors import Conflict, NotYet
from chassis.ids import new_id
from contracts.lead import RequestAnswered
from services.outreach.contacts.model import ContactPoint
from services.outreach.correspondence.model import AnswerMail
from services.outreach.singles.model import FAILED, QUEUED, SENT, UNCERTAIN

ERASED: Final = "erased"


def take_answer(session: Session, event: RequestAnswered) -> None:
    """Queue the mail of an answer that has a message. Raises NotYet for an unknown contact.

    It answers what the contact asked for, so no consent to advertising is needed. Of one that cannot go,
    since the contact has no address any more, the words are not kept.
    """
    if not event.message:
        return
    cause = f"{event.request_id}/{event.at:%Y%m%dT%H%M%S%f}"
    if session.scalar(select(AnswerMail.id).where(AnswerMail.cause == cause)):
        return
    contact = session.get(ContactPoint, event.contact_id)
    if contact is None:
        raise NotYet(f"contact {event.contact_id} is not known")
    told = event if contact.email else msgspec.structs.replace(event, title="", message="", documents=[])
    session.add(
        AnswerMail(
            id=new_id(),
            address=contact.email or "",
            state=QUEUED,
            reason="",
            attempts=0,
            due_at=now(),
            created_at=now(),
            cause=cause,
            request_id=event.request_id,
            contact_id=event.contact_id,
            department=event.department,
            language=contact.language[:12],
            title=told.title,
            message=told.message,
            documents=[msgspec.to_builtins(one) for one in told.documents],
        )
    )


def forget(session: Session, contact_ids: Sequence[UUID]) -> int:
    """Take away what the mails say of some people; what was not sent stays so. Returns how many there are.

    The words of mail servers go too, for they may name the address.
    """
    theirs = select(AnswerMail).where(AnswerMail.contact_id.in_(contact_ids)).with_for_update()
    mails = session.scalars(theirs).all()
    for mail in mails:
        mail.address = mail.title = mail.message = ""
        mail.documents = []
        if mail.state == QUEUED:
            mail.state, mail.ended_at = FAILED, now()
        if mail.state != SENT:
            mail.reason = ERASED
    return len(mails)


def send_again(mail: AnswerMail) -> AnswerMail:
    """Have one that failed or is uncertain sent again. Raises Conflict for any other."""
    if mail.state not in (FAILED, UNCERTAIN) or not mail.address:
        raise Conflict(f"A mail that is {mail.state} is not sent again.")
    mail.state, mail.reason, mail.attempts = QUEUED, "", 0
    mail.due_at, mail.ended_at = now(), None
    return mail
