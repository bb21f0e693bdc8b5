"""Taking in what a visitor or a known recipient sends, and confirming it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from chassis.clock import now
from chassis.database import Session
from chassis.logs import get_logger
from chassis.metrics import counter
from chassis.outbox import publish
from contracts.outreach import FormConsent, SubmissionConfirmed
from services.outreach.forms import mails, registration
from services.outreach.forms.answers import KIND_OF, publish_answer
from services.outreach.forms.design import Design
from services.outreach.forms.filling import Filled
from services.outreach.forms.model import (
    CONFIRM,
    CONFIRMED,
    EXPIRED,
    KINDS,
    NO_PLACE,
    PENDING,
    STATES,
    Form,
    Submission,
)
from services.outreach.forms.queries import locked_form, locked_submission
from services.outreach.forms.scoring import Rating
from services.outreach.links.queries import Origin
from services.outreach.settings import OutreachSettings

log = get_logger(__name__)

LONGEST_ANSWER = 2000
"""What the event carries of one answer."""

taken = counter(
    "outreach_form_submissions_total",
    "Submissions of forms, by the form's kind and the state they came to.",
    ("kind", "state"),
    starts=[(kind, state) for kind in KINDS for state in STATES],
)


@dataclass(frozen=True, kw_only=True)
class Visit:
    """Who sends what. ``came_by`` is the mail whose personal link led there, ``nonce`` that of the page."""

    form: Form
    version: int
    design: Design
    language: str
    nonce: UUID
    client: str
    came_by: Origin | None = None


def take(session: Session, visit: Visit, filled: Filled, settings: OutreachSettings) -> Submission:
    """Keep a submission, and confirm it where no mail must do that.

    The same page sent again, or another one to somebody who answered this mail already, changes nothing:
    what was kept first is returned.
    """
    known = sent_before(session, visit)
    if known is not None:
        return known
    opt_in = visit.design.confirmed_opt_in and visit.came_by is None and bool(filled.person("email"))
    form = visit.form if opt_in else _form_for_confirmation(session, visit.form)
    submission = _submission(visit, filled, opt_in=opt_in)
    try:
        with session.begin_nested():
            session.add(submission)
    except IntegrityError:
        winner = sent_before(session, visit)
        if winner is None:
            raise
        return winner
    if opt_in:
        mails.queue(session, submission, purpose=CONFIRM, most_a_day=settings.form_mails_per_day)
        taken.labels(kind=visit.form.kind, state=PENDING).inc()
        log.info("form_submission_pending", form=visit.form.code)
    else:
        _confirm(session, form, submission)
    return submission


def sent_before(session: Session, visit: Visit) -> Submission | None:
    """What came of the same page, or of the same mail."""
    same = select(Submission).where(Submission.form_id == visit.form.id)
    if visit.came_by is None:
        same = same.where(Submission.nonce == visit.nonce)
    else:
        same = same.where(Submission.delivery_id == visit.came_by.delivery.id)
    return session.scalars(same).one_or_none()


def confirm(session: Session, submission_id: UUID, *, client: str) -> Submission | None:
    """The opt-in is confirmed; again, it changes nothing. None for a submission that is not there."""
    found = session.get(Submission, submission_id)
    if found is None or found.state != PENDING:
        return found
    form = _form_for_confirmation(session, session.get_one(Form, found.form_id))
    submission = locked_submission(session, submission_id)
    if submission is not None and submission.state == PENDING:
        submission.confirmed_origin = client
        _confirm(session, form, submission)
    return submission


def expire(session: Session, *, days: float, most: int = 100) -> int:
    """Forget who sent what nobody confirmed within so many days. Returns how many those were."""
    late = (
        select(Submission)
        .where(Submission.state == PENDING, Submission.submitted_at < now() - timedelta(days=days))
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    found = session.scalars(late).all()
    for submission in found:
        submission.state = EXPIRED
        submission.erase(now(), private_answers=set(submission.answers))
        submission.consents = []
        form = session.get_one(Form, submission.form_id)
        taken.labels(kind=form.kind, state=EXPIRED).inc()
    return len(found)


def _form_for_confirmation(session: Session, form: Form) -> Form:
    """Locked where places are given out."""
    return (locked_form(session, form.id) or form) if form.kind == "registration" else form


def _confirm(session: Session, form: Form, submission: Submission) -> None:
    submission.state, submission.confirmed_at = CONFIRMED, now()
    if form.kind == "registration":
        registration.take_place(session, form, submission)
    _publish(session, form, submission)
    publish_answer(session, submission, form, kind=KIND_OF[form.kind])
    taken.labels(kind=form.kind, state=CONFIRMED).inc()
    log.info("form_submission_confirmed", form=form.code, place=submission.place)


def _submission(visit: Visit, filled: Filled, *, opt_in: bool) -> Submission:
    email = filled.person("email")
    return Submission(
        form_id=visit.form.id,
        form_version=visit.version,
        department=visit.form.department,
        nonce=visit.nonce,
        state=PENDING,
        opt_in=opt_in,
        language=visit.language,
        given_name=filled.person("given_name"),
        family_name=filled.person("family_name"),
        company=filled.person("company"),
        email=email or None,
        phone=filled.person("phone") or None,
        answers={name: one for name, one in filled.answers.items() if not filled.person(name)},
        consents=filled.consents,
        sides=[_side(one) for one in filled.ratings],
        score=filled.score,
        nps=filled.nps,
        origin=visit.client,
        confirmed_origin="",
        submitted_at=now(),
        place=NO_PLACE,
        **_ids(visit),
    )


def _side(rating: Rating) -> dict[str, Any]:
    return {"side": rating.side, "expectation": rating.expectation, "experience": rating.experience}


def _ids(visit: Visit) -> dict[str, UUID | None]:
    if visit.came_by is None:
        return {"campaign_id": visit.form.campaign_id}
    delivery, mailing = visit.came_by.delivery, visit.came_by.mailing
    return {
        "campaign_id": mailing.campaign_id,
        "delivery_id": delivery.id,
        "mailing_id": mailing.id,
        "wave_id": mailing.wave_id,
        "target_id": delivery.target_id,
        "contact_id": delivery.contact_id,
    }


def _publish(session: Session, form: Form, submission: Submission) -> None:
    publish(
        session,
        submission,
        SubmissionConfirmed(
            submission_id=submission.id,
            form_id=form.id,
            form_code=form.code,
            campaign_id=submission.campaign_id,
            department=form.department,
            contact_id=submission.contact_id,
            target_id=submission.target_id,
            given_name=submission.given_name,
            family_name=submission.family_name,
            company=submission.company,
            email=submission.email,
            phone=submission.phone,
            language=submission.language,
            consents=[
                FormConsent(form_version=submission.form_version, **one) for one in submission.consents
            ],
            answers={name: _told(one) for name, one in submission.answers.items()},
            submitted_at=submission.submitted_at,
            confirmed_at=submission.confirmed_at if submission.opt_in else None,
            wants_lead=form.wants_lead and submission.contact_id is None,
        ),
    )


def _told(answer: str | list[str]) -> str:
    return (", ".join(answer) if isinstance(answer, list) else answer)[:LONGEST_ANSWER]
