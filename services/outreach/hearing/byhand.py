"""Sorting a mail by hand, where the rules cannot or did it wrong."""

from dataclasses import dataclass
from uuid import UUID

from chassis.auth import Actor
from chassis.clock import now
from chassis.database import Session
from chassis.errors import Conflict, Invalid, NotFound
from services.outreach.hearing import effects, queries
from services.outreach.hearing.actions import sorted_mails
from services.outreach.hearing.bounce import Finding
from services.outreach.hearing.effects import OF_A_DELIVERY, Subject
from services.outreach.hearing.judge import FAILED, Judgement
from services.outreach.hearing.model import DONE, WAITING, InboundMail
from services.outreach.hearing.origin import BY_HAND
from services.outreach.hearing.reading import BOUNCE, Reading
from services.outreach.hearing.rules import Meaning
from services.outreach.hearing.runs import Limits
from services.outreach.mailings.model import Delivery, Mailing


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a person says of a mail. A bounce has a verdict; ``note`` stands for the words of a reply."""

    kind: str
    verdict: Meaning | None = None
    delivery_id: UUID | None = None
    reason: str = ""
    note: str = ""


def sort_by_hand(session: Session, actor: Actor, mail_id: UUID, *, told: Told, limits: Limits) -> InboundMail:
    """Sort a mail as a person says; it takes effect at once, and what an earlier sorting did stays.

    Raises NotFound, Conflict while the mail waits to be sorted by itself, and Invalid for a bounce
    without verdict, and for a kind without the delivery that it is about.
    """
    mail = queries.inbound_mail(session, actor, mail_id)
    if mail.state == WAITING:
        raise Conflict("The mail is about to be sorted by itself")
    if told.kind == BOUNCE and told.verdict is None:
        raise Invalid({"verdict": ["A bounce is hard or soft"]})
    subject = _subject(session, actor, told.delivery_id or mail.delivery_id)
    if told.kind in OF_A_DELIVERY and subject is None:
        raise Invalid({"delivery_id": ["Which delivery the mail is about is needed"]})
    _mark(mail, actor, told)
    if subject is not None:
        _link(mail, subject)
        effects.take_effect(session, actor, subject, reading=_reading(mail, told), limits=limits)
    sorted_mails.labels(kind=told.kind).inc()
    return mail


def _subject(session: Session, actor: Actor, delivery_id: UUID | None) -> Subject | None:
    if delivery_id is None:
        return None
    delivery = session.get(Delivery, delivery_id)
    mailing = session.get(Mailing, delivery.mailing_id) if delivery else None
    if delivery is None or mailing is None or not actor.may_see(mailing.department):
        raise NotFound("delivery", delivery_id)
    return Subject(delivery, mailing)


def _mark(mail: InboundMail, actor: Actor, told: Told) -> None:
    mail.state, mail.kind, mail.verdict = DONE, told.kind, None
    if told.kind == BOUNCE:
        mail.verdict = told.verdict
    mail.reason, mail.rule = told.reason, BY_HAND
    mail.handled_by, mail.sorted_at = actor.subject, now()
    mail.version += 1


def _link(mail: InboundMail, subject: Subject) -> None:
    if mail.delivery_id != subject.delivery.id:
        mail.found_by = BY_HAND
    mail.delivery_id, mail.mailing_id = subject.delivery.id, subject.mailing.id
    mail.contact_id, mail.department = subject.delivery.contact_id, subject.mailing.department
    mail.candidates = []


def _reading(mail: InboundMail, told: Told) -> Reading:
    judgement = Judgement(told.verdict or "soft", told.reason or BY_HAND, BY_HAND)
    finding = Finding(mail.address, FAILED, judgement, mail.answer)
    return Reading(
        told.kind, (finding,), words=told.note or mail.answer, feedback_type=told.reason or "abuse"
    )
