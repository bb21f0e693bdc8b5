"""Taking over a confirmed submission: the contact, the proof of consent, and the lead."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.clock import now
from chassis.errors import NotYet
from chassis.ids import new_id
from chassis.logs import get_logger
from chassis.metrics import counter
from chassis.outbox import publish
from contracts.lead import ContactSaved
from contracts.outreach import SubmissionConfirmed
from services.lead.customers import actions as customers
from services.lead.customers.family import survivor_id
from services.lead.customers.model import ConsentProof, Contact
from services.lead.customers.queries import contact_by_key, contact_for_change
from services.lead.customers.reach import (
    TEXT_LIMIT,
    Unreachable,
    email_address,
    match_key,
    phone_number,
    tidy,
)
from services.lead.leads.capture import WINDOW, Capture, capture
from services.lead.leads.model import Lead
from services.lead.submissions.model import (
    ANONYMOUS,
    CREATED,
    FOUND,
    OUTCOMES,
    UNREACHABLE,
    Submission,
)
from services.lead.timeline import actions as timeline

log = get_logger(__name__)

ACTOR = Actor.system("outreach")
SOURCE = "form"

taken_total = counter(
    "lead_submissions_total",
    "Submissions of forms, by what became of their contact.",
    ("outcome",),
    starts=((outcome,) for outcome in OUTCOMES),
)


@dataclass(frozen=True)
class _Person:
    """Who somebody says they are, in normal form. An address that can be none is left out."""

    names: dict[str, str]
    email: str | None
    phone: str | None
    said_address: bool

    @property
    def key(self) -> str | None:
        return match_key(email=self.email, phone=self.phone, **self.names)


def take_submission(
    session: Session, event: SubmissionConfirmed, *, phone_region: str, window: timedelta = WINDOW
) -> None:
    """Find or create the contact, keep each consent with its proof, and capture a lead where one is wanted.

    A submission that was taken before changes nothing. Raises NotYet for a contact that is named and not
    known.
    """
    if session.get(Submission, event.submission_id) is not None:
        return
    contact, outcome = _contact(session, event, phone_region=phone_region)
    lead = None
    if contact is not None:
        _keep_consents(session, contact, event)
        lead = _captured(session, contact, event, window=window) if event.wants_lead else None
        timeline.take_submission(session, event, contact.id)
    session.add(
        Submission(
            id=event.submission_id,
            form_id=event.form_id,
            form_code=event.form_code,
            campaign_id=event.campaign_id,
            department=event.department,
            outcome=outcome,
            contact_id=None if contact is None else contact.id,
            lead_id=None if lead is None else lead.id,
            answers=dict(event.answers),
            submitted_at=event.submitted_at,
            confirmed_at=event.confirmed_at,
        )
    )
    taken_total.labels(outcome=outcome).inc()
    log.info("submission_taken", form=event.form_code, outcome=outcome, lead=lead is not None)


def _contact(
    session: Session, event: SubmissionConfirmed, *, phone_region: str
) -> tuple[Contact | None, str]:
    if event.contact_id is not None:
        known = contact_for_change(session, survivor_id(session, event.contact_id))
        if known is None:
            raise NotYet(f"contact {event.contact_id} is not known")
        return known, FOUND
    person = _person(event, phone_region=phone_region)
    if person.email is None and person.phone is None:
        return None, UNREACHABLE if person.said_address else ANONYMOUS
    found = contact_by_key(session, event.department, person.key)
    if found is not None:
        contact = contact_for_change(session, found)
        assert contact is not None
        _fill_blanks(session, contact, person, language=event.language)
        return contact, FOUND
    basics: dict[str, Any] = {**person.names, "email": person.email, "phone": person.phone}
    contact = customers.add_contact(
        session,
        ACTOR,
        department=event.department,
        phone_region=phone_region,
        language=event.language,
        source=SOURCE,
        complete=False,
        **basics,
    )
    session.flush()
    return contact, CREATED


def _person(event: SubmissionConfirmed, *, phone_region: str) -> _Person:
    names = {
        name: tidy(getattr(event, name))[:TEXT_LIMIT] for name in ("given_name", "family_name", "company")
    }
    email = phone = None
    try:
        email = email_address(event.email or "")
    except Unreachable as error:
        log.info("submission_address_refused", what="email", reason=str(error))
    try:
        phone = phone_number(event.phone or "", phone_region)
    except Unreachable as error:
        log.info("submission_address_refused", what="phone", reason=str(error))
    return _Person(names, email, phone, said_address=bool(event.email or event.phone))


def _fill_blanks(session: Session, contact: Contact, person: _Person, *, language: str) -> None:
    """What the contact does not have yet. What is known is not overwritten by what somebody typed."""
    said = {**person.names, "phone": person.phone, "language": language}
    new = {name: value for name, value in said.items() if value and not getattr(contact, name)}
    if new:
        contact.change(dict(new), at=now())
        publish(session, contact, ContactSaved(contact=contact.card()))


def _keep_consents(session: Session, contact: Contact, event: SubmissionConfirmed) -> None:
    """Every word with its proof. It holds from when it was given, unless a later one is known."""
    at = event.confirmed_at or event.submitted_at
    changed = False
    for consent in event.consents:
        session.add(
            ConsentProof(
                id=new_id(),
                contact_id=contact.id,
                channel=consent.channel,
                granted=True,
                wording=consent.wording,
                source=SOURCE,
                recorded_by=ACTOR.subject,
                recorded_at=at,
                evidence=_evidence(event, form_version=consent.form_version, channel=consent.channel),
            )
        )
        changed |= contact.consent_to(consent.channel, granted=True, at=at, source=SOURCE)
    if changed:
        contact.touch(now())
        publish(session, contact, ContactSaved(contact=contact.card()))


def _evidence(event: SubmissionConfirmed, *, form_version: int, channel: str) -> dict[str, Any]:
    """Where the words stood, which address they were given for, and when that was confirmed."""
    return {
        "submission_id": str(event.submission_id),
        "form_id": str(event.form_id),
        "form_code": event.form_code,
        "form_version": form_version,
        "address": (event.email if channel == "email" else event.phone) or "",
        "submitted_at": event.submitted_at.isoformat(),
        "confirmed_at": event.confirmed_at.isoformat() if event.confirmed_at else None,
        "personal_link": event.contact_id is not None,
    }


def _captured(session: Session, contact: Contact, event: SubmissionConfirmed, *, window: timedelta) -> Lead:
    """The lead of the contact, captured where there is none; the form is a touch of it."""
    one = Capture(
        contact_id=contact.id,
        customer_id=contact.customer_id,
        campaign_id=event.campaign_id,
        department=contact.department,
        region=contact.region,
        source=SOURCE,
        door=SOURCE,
        captured_by=ACTOR.subject,
        captured_at=event.confirmed_at or event.submitted_at,
        touch_id=event.submission_id,
        note=_note(event),
        basics={"language": contact.language},
    )
    return capture(session, one, window=window).lead


def _note(event: SubmissionConfirmed) -> str:
    said = [f"{name}: {answer}" for name, answer in event.answers.items()]
    return "\n".join([event.form_code, *said])
