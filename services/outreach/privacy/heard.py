"""What was heard from a person or of their addresses: mails, texts, answers, and what providers told."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update

from chassis.database import Session
from chassis.forgetting import forget_words
from services.outreach.channels.sms.model import InboundSms, SmsReceipt
from services.outreach.hearing.model import InboundBody, InboundMail
from services.outreach.links.model import Answer
from services.outreach.suppressions.model import Suppression
from services.outreach.webhooks.model import Stray


def erase(session: Session, contact_ids: Collection[UUID], addresses: Collection[str]) -> int:
    """Blank what came from the contacts, and from ``addresses`` where nobody found whose it was.

    Addresses are in their normal form. Returns how many rows that changed.
    """
    return (
        _erase_suppressions(session, contact_ids)
        + _erase_answers(session, contact_ids)
        + _erase_mails(session, contact_ids, [one for one in addresses if "@" in one])
        + _erase_numbers(session, contact_ids, [one for one in addresses if "@" not in one])
        + _changed(session.execute(delete(Stray).where(func.lower(Stray.address).in_(addresses))))
    )


def _erase_suppressions(session: Session, contact_ids: Collection[UUID]) -> int:
    """That they stand stays. The version does too, for it numbers the events that tell of one."""
    stops = session.scalars(select(Suppression).where(Suppression.contact_id.in_(contact_ids))).all()
    told = [stop for stop in stops if stop.note]
    for stop in told:
        stop.note = ""
    forget_words(session, Suppression, [stop.id for stop in stops])
    return len(told)


def _erase_answers(session: Session, contact_ids: Collection[UUID]) -> int:
    said = update(Answer).where(Answer.contact_id.in_(contact_ids), Answer.note != "").values(note="")
    changed = _changed(session.execute(said))
    answers = session.scalars(select(Answer.id).where(Answer.contact_id.in_(contact_ids)))
    forget_words(session, Answer, answers.all())
    return changed


def _erase_mails(session: Session, contact_ids: Collection[UUID], emails: Collection[str]) -> int:
    found = select(InboundMail).where(_from_them(contact_ids, emails)).with_for_update()
    mails = session.scalars(found).all()
    session.execute(delete(InboundBody).where(InboundBody.mail_id.in_([mail.id for mail in mails])))
    for mail in mails:
        mail.sender = mail.subject = mail.answer = mail.address = mail.written_by = ""
        mail.recipients, mail.candidates = [], []
        mail.version += 1
    forget_words(session, InboundMail, [mail.id for mail in mails])
    return len(mails)


def _from_them(contact_ids: Collection[UUID], emails: Collection[str]) -> ColumnElement[bool]:
    columns = (InboundMail.sender, InboundMail.address)
    named: list[ColumnElement[bool]] = [func.lower(column).in_(emails) for column in columns]
    named += [InboundMail.written_by.icontains(one, autoescape=True) for one in emails]
    return or_(InboundMail.contact_id.in_(contact_ids), and_(InboundMail.contact_id.is_(None), or_(*named)))


def _erase_numbers(session: Session, contact_ids: Collection[UUID], phones: Collection[str]) -> int:
    """SMS centres leave the plus out."""
    spelled = [*phones, *(one.removeprefix("+") for one in phones)]
    nobodys = and_(InboundSms.contact_id.is_(None), InboundSms.source.in_(spelled))
    theirs = update(InboundSms).where(or_(InboundSms.contact_id.in_(contact_ids), nobodys))
    receipts = update(SmsReceipt).where(SmsReceipt.number.in_(spelled)).values(number="")
    return _changed(session.execute(theirs.values(source="", text=""))) + _changed(session.execute(receipts))


def _changed(result: object) -> int:
    return int(getattr(result, "rowcount", 0))
