"""What is held about contacts here: addresses, copies, answers, mails both ways, texts, and forms."""

from collections.abc import Collection, Iterator
from uuid import UUID

from sqlalchemy import or_, select

from chassis.database import Session
from contracts.privacy import HeldRecord, record
from services.outreach.channels.sms.model import InboundSms
from services.outreach.contacts.model import ContactPoint
from services.outreach.correspondence.queries import mails_to
from services.outreach.forms.model import Submission
from services.outreach.hearing.model import InboundMail
from services.outreach.links.model import Answer
from services.outreach.mailings.model import Delivery, Mailing
from services.outreach.opens.model import Open
from services.outreach.suppressions.model import Suppression

_POINT = (
    *("given_name", "family_name", "company", "email", "phone", "fax", "chat", "address", "country"),
    *("time_zone", "region", "language", "consents", "department"),
)
_FORM = ("given_name", "family_name", "company", "email", "phone", "answers", "consents", "score", "language")


def records_of(
    session: Session, contact_ids: Collection[UUID], submission_ids: Collection[UUID]
) -> list[HeldRecord]:
    """Everything that is held about the contacts, and the forms that they sent."""
    return [
        *_points(session, contact_ids),
        *_copies(session, contact_ids),
        *_heard(session, contact_ids),
        *_forms(session, contact_ids, submission_ids),
        *_correspondence(session, contact_ids),
    ]


def _points(session: Session, ids: Collection[UUID]) -> Iterator[HeldRecord]:
    for point in session.scalars(select(ContactPoint).where(ContactPoint.id.in_(ids))):
        yield record("address", None, {name: getattr(point, name) for name in _POINT})
    for stop in session.scalars(select(Suppression).where(Suppression.contact_id.in_(ids))):
        fields = {"channel": stop.channel, "reason": stop.reason, "note": stop.note}
        yield record("suppression", stop.added_at, {**fields, "added_by": stop.added_by})


def _copies(session: Session, ids: Collection[UUID]) -> Iterator[HeldRecord]:
    copies = select(Delivery, Mailing.channel, Mailing.campaign_code)
    copies = copies.join(Mailing, Mailing.id == Delivery.mailing_id).where(Delivery.contact_id.in_(ids))
    for copy, channel, code in session.execute(copies.order_by(Delivery.id)):
        fields = {"campaign": code, "channel": channel, "state": copy.state, "reason": copy.reason}
        heard = {"answer": copy.answer, "feedback": copy.feedback, "feedback_at": copy.feedback_at}
        yield record("copy", copy.ended_at, {**fields, **heard})
    opened = select(Open).join(Delivery, Delivery.id == Open.delivery_id).where(Delivery.contact_id.in_(ids))
    for one in session.scalars(opened):
        yield record("open", one.first_at, {"machine": one.machine, "agent": one.agent, "count": one.count})


def _heard(session: Session, ids: Collection[UUID]) -> Iterator[HeldRecord]:
    for answer in session.scalars(select(Answer).where(Answer.contact_id.in_(ids)).order_by(Answer.id)):
        fields = {"kind": answer.kind, "url": answer.url, "note": answer.note, "clicks": answer.clicks}
        yield record("answer", answer.received_at, fields)
    for mail in session.scalars(select(InboundMail).where(InboundMail.contact_id.in_(ids))):
        fields = {"from": mail.sender, "subject": mail.subject, "kind": mail.kind, "words": mail.answer}
        yield record("mail", mail.received_at, fields)
    for sms in session.scalars(select(InboundSms).where(InboundSms.contact_id.in_(ids))):
        yield record("sms", sms.received_at, {"from": sms.source, "text": sms.text})


def _forms(
    session: Session, contact_ids: Collection[UUID], submission_ids: Collection[UUID]
) -> Iterator[HeldRecord]:
    theirs = or_(Submission.contact_id.in_(contact_ids), Submission.id.in_(submission_ids))
    for sent in session.scalars(select(Submission).where(theirs).order_by(Submission.id)):
        yield record("form", sent.submitted_at, {name: getattr(sent, name) for name in _FORM})


def _correspondence(session: Session, ids: Collection[UUID]) -> Iterator[HeldRecord]:
    for mail in mails_to(session, ids):
        names = [one["name"] for one in mail.documents]
        fields = {"to": mail.address, "title": mail.title, "message": mail.message, "documents": names}
        yield record("answer_mail", mail.created_at, {**fields, "state": mail.state, "reason": mail.reason})
