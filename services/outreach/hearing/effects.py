"""What an inbound mail does to the delivery that it is about."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from chassis.auth import Actor
from chassis.database import Session
from services.outreach.contacts.model import ContactPoint
from services.outreach.hearing.bounce import Finding
from services.outreach.hearing.judge import FAILED
from services.outreach.hearing.reading import BOUNCE, COMPLAINT, RECEIPT, REPLY, UNSUBSCRIBE, Reading
from services.outreach.hearing.runs import Limits, weighed
from services.outreach.links.answers import answer_to, last_answer, tell_answer
from services.outreach.mailings.feedback import Heard, Kind, record_feedback
from services.outreach.mailings.model import Delivery, Mailing
from services.outreach.suppressions.actions import Grounds, suppress

OF_A_DELIVERY = frozenset({BOUNCE, COMPLAINT, RECEIPT, REPLY, UNSUBSCRIBE})
"""The kinds of mail that mean something for the delivery that they are about."""

ANSWERED: Final = "reply"
"""The kind of the answer that a reply is."""


@dataclass(frozen=True)
class Subject:
    """The delivery that a mail is about, and its mailing."""

    delivery: Delivery
    mailing: Mailing

    @classmethod
    def of(cls, session: Session, delivery_id: UUID) -> "Subject":
        """Raises NoResultFound for a delivery that does not exist."""
        delivery = session.get_one(Delivery, delivery_id)
        return cls(delivery, session.get_one(Mailing, delivery.mailing_id))


def take_effect(
    session: Session, actor: Actor, subject: Subject, *, reading: Reading, limits: Limits
) -> None:
    """Record what a mail means for its delivery. Automatic answers and delays mean nothing for it."""
    if reading.kind == REPLY:
        _take_reply(session, subject, words=reading.words)
    elif reading.kind == UNSUBSCRIBE:
        _unsubscribe(session, actor, subject, note=reading.words)
    elif reading.kind == COMPLAINT:
        _hear(session, subject, "complained", reason=reading.feedback_type, limits=limits)
    elif reading.kind == RECEIPT:
        _hear(session, subject, "delivered", answer=reading.findings[0].answer, limits=limits)
    elif reading.kind == BOUNCE:
        finding = finding_of(session, subject, reading)
        if finding is not None:
            _bounced(session, subject, finding, limits=limits)


def finding_of(session: Session, subject: Subject | None, reading: Reading) -> Finding | None:
    """Of what a report says of several recipients, what it says of ours; None where it reports nothing."""
    contact = session.get(ContactPoint, subject.delivery.contact_id) if subject else None
    address = (contact.email if contact else None) or ""
    for finding in reading.findings:
        if finding.address and finding.address.casefold() == address.casefold():
            return finding
    failed = [finding for finding in reading.findings if finding.action == FAILED]
    return next(iter((*failed, *reading.findings)), None)


def _bounced(session: Session, subject: Subject, finding: Finding, *, limits: Limits) -> None:
    if finding.action != FAILED:
        return
    judged = finding.judgement
    kind: Kind = "bounced_hard" if judged.meaning == "hard" else "bounced_soft"
    _hear(session, subject, kind, reason=judged.reason, answer=finding.answer, limits=limits)


def _take_reply(session: Session, subject: Subject, *, words: str) -> None:
    """A reply is an answer, unless the last one to this mail said exactly the same."""
    last = last_answer(session, subject.delivery, kind=ANSWERED)
    if last is not None and last.note == words:
        return
    answer = answer_to(subject.delivery, subject.mailing, kind=ANSWERED, note=words)
    session.add(answer)
    tell_answer(session, answer)


def _unsubscribe(session: Session, actor: Actor, subject: Subject, *, note: str) -> None:
    """The recipient wants no more of these mails."""
    grounds = Grounds(
        reason="unsubscribed",
        department=subject.mailing.department,
        note=note,
        campaign_id=subject.mailing.campaign_id,
        target_id=subject.delivery.target_id,
    )
    contact_id, channel = subject.delivery.contact_id, subject.mailing.channel
    suppress(session, actor, contact_id=contact_id, channel=channel, grounds=grounds)


def _hear(
    session: Session, subject: Subject, kind: Kind, *, limits: Limits, reason: str = "", answer: str = ""
) -> None:
    heard = Heard(subject.delivery.id, kind, reason, answer)
    record_feedback(session, weighed(session, [heard], limits))
