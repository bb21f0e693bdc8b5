"""What following a link or sending a form does."""

from typing import Literal

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from chassis.auth import Actor
from chassis.clock import now
from chassis.database import Session
from chassis.outbox import publish
from contracts.outreach import AnswerReceived
from services.outreach.links.model import CLICK, FORM, Answer
from services.outreach.links.queries import Origin
from services.outreach.opens.verdict import PERSON, Verdict
from services.outreach.suppressions.actions import Grounds, suppress

LONGEST_URL = 2000
"""What the event carries of an address."""


def record_click(session: Session, origin: Origin, *, url: str, verdict: Verdict = PERSON) -> None:
    """Count a click; the first of a delivery on an address is an answer, by a person and by a machine."""
    if _clicked_again(session, origin, machine=verdict.machine):
        return
    answer = _answer(origin)
    answer.machine, answer.rule = verdict.machine, verdict.rule
    answer.kind, answer.url, answer.link_number, answer.clicks = CLICK, url, origin.link.number, 1
    try:
        with session.begin_nested():
            session.add(answer)
    except IntegrityError:
        if not _clicked_again(session, origin, machine=verdict.machine):
            raise
        return
    _publish(session, answer, kind="click")


def submit_form(session: Session, origin: Origin, *, interested: bool, note: str) -> None:
    """Take a form as an answer, unless the last one from this mail said exactly the same."""
    last = session.scalars(
        select(Answer)
        .where(Answer.delivery_id == origin.delivery.id, Answer.kind == FORM)
        .order_by(Answer.received_at.desc(), Answer.id.desc())
        .limit(1)
    ).one_or_none()
    if last is not None and (last.interested, last.note) == (interested, note):
        return
    answer = _answer(origin)
    answer.kind, answer.interested, answer.note = FORM, interested, note
    session.add(answer)
    _publish(session, answer, kind="form")


def unsubscribe(session: Session, actor: Actor, origin: Origin) -> None:
    """Suppress the recipient on the channel of the mail, at once and once."""
    suppress(
        session,
        actor,
        contact_id=origin.delivery.contact_id,
        channel=origin.mailing.channel,
        grounds=Grounds(
            reason="unsubscribed",
            department=origin.mailing.department,
            campaign_id=origin.mailing.campaign_id,
            target_id=origin.delivery.target_id,
        ),
    )


def _clicked_again(session: Session, origin: Origin, *, machine: bool) -> bool:
    counted = session.execute(
        update(Answer)
        .where(Answer.delivery_id == origin.delivery.id, Answer.kind == CLICK)
        .where(Answer.link_number == origin.link.number, Answer.machine.is_(machine))
        .values(clicks=Answer.clicks + 1)
        .returning(Answer.id)
    )
    return bool(counted.all())


def _answer(origin: Origin) -> Answer:
    return Answer(
        delivery_id=origin.delivery.id,
        mailing_id=origin.mailing.id,
        campaign_id=origin.mailing.campaign_id,
        wave_id=origin.mailing.wave_id,
        target_id=origin.delivery.target_id,
        contact_id=origin.delivery.contact_id,
        url="",
        note="",
        clicks=0,
        received_at=now(),
    )


def _publish(session: Session, answer: Answer, *, kind: Literal["click", "form"]) -> None:
    publish(
        session,
        answer,
        AnswerReceived(
            answer_id=answer.id,
            campaign_id=answer.campaign_id,
            wave_id=answer.wave_id,
            mailing_id=answer.mailing_id,
            target_id=answer.target_id,
            contact_id=answer.contact_id,
            kind=kind,
            url=answer.url[:LONGEST_URL],
            interested=answer.interested,
            note=answer.note,
            received_at=answer.received_at,
            machine=bool(answer.machine),
        ),
    )
