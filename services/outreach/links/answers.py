"""Answers to copies: what was said is kept, and told the others."""

from typing import Any, Literal, cast

from sqlalchemy import select

from chassis.clock import now
from chassis.database import Session
from chassis.outbox import publish
from contracts.outreach import AnswerReceived
from services.outreach.links.model import Answer
from services.outreach.mailings.model import Delivery, Mailing

Kind = Literal["click", "form", "survey", "registration", "check_in", "reply", "sms"]

LONGEST_URL = 2000
"""What the event carries of an address."""


def answer_to(delivery: Delivery, mailing: Mailing, *, kind: Kind, **said: Any) -> Answer:
    """An answer by whom a copy went to; it came now where ``said`` has nothing else."""
    return Answer(
        delivery_id=delivery.id,
        mailing_id=mailing.id,
        campaign_id=mailing.campaign_id,
        wave_id=mailing.wave_id,
        target_id=delivery.target_id,
        contact_id=delivery.contact_id,
        kind=kind,
        **{"url": "", "note": "", "clicks": 0, "received_at": now(), **said},
    )


def last_answer(session: Session, delivery: Delivery, *, kind: str) -> Answer | None:
    """The latest answer of a kind to a copy."""
    return session.scalars(
        select(Answer)
        .where(Answer.delivery_id == delivery.id, Answer.kind == kind)
        .order_by(Answer.received_at.desc(), Answer.id.desc())
        .limit(1)
    ).one_or_none()


def tell_answer(session: Session, answer: Answer, **more: Any) -> None:
    """Publish an answer, with what ``more`` the event has room for."""
    event = AnswerReceived(
        answer_id=answer.id,
        campaign_id=answer.campaign_id,
        wave_id=answer.wave_id,
        mailing_id=answer.mailing_id,
        target_id=answer.target_id,
        contact_id=answer.contact_id,
        kind=cast(Kind, answer.kind),
        url=answer.url[:LONGEST_URL],
        interested=answer.interested,
        note=answer.note,
        received_at=answer.received_at,
        machine=bool(answer.machine),
        **more,
    )
    publish(session, answer, event)
