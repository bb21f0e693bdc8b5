"""What people of ours do with forms and with what was sent through them."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import select

from chassis.auth import Actor
from chassis.clock import now
from chassis.database import Session
from chassis.errors import Conflict, Invalid
from chassis.logs import get_logger
from services.outreach.forms import registration
from services.outreach.forms.design import Design, problems_of
from services.outreach.forms.model import (
    Confirmation,
    Form,
    FormVersion,
    Submission,
)
from services.outreach.singles.model import FAILED, QUEUED, SENT, UNCERTAIN

log = get_logger(__name__)

KEPT_WHEN_ERASED = ("choice", "multi_choice", "number", "scale", "consent")
"""Types of answers that say nothing of who gave them."""


def design_form(
    session: Session,
    actor: Actor,
    *,
    code: str,
    department: str,
    kind: str,
    design: dict[str, Any],
    hosts: set[str],
    **basics: Any,
) -> Form:
    """A new form, as a draft. Raises Forbidden for a foreign department, Conflict for a code that is taken.

    Raises Invalid with the reasons by field for a design that cannot stand.
    """
    actor.require_department(department)
    _check_basics(kind, basics)
    checked = _checked(design, kind=kind, hosts=hosts)
    if session.scalar(select(Form.id).where(Form.code == code)):
        raise Conflict(f"There is a form with the code {code} already")
    at = now()
    form = Form(
        code=code,
        department=department,
        kind=kind,
        design=checked.document(),
        published=0,
        taken=0,
        tickets=0,
        created_by=actor.subject,
        created_at=at,
        changed_at=at,
        **basics,
    )
    session.add(form)
    session.flush()
    return form


def change_form(
    session: Session, form: Form, *, design: dict[str, Any], hosts: set[str], **basics: Any
) -> Form:
    """Take over a new draft, and at once when it is open and how many places there are.

    Raises Invalid, and Conflict for fewer places than are taken.
    """
    _check_basics(form.kind, basics)
    capacity: int | None = basics.get("capacity")
    if capacity is not None and capacity < form.taken:
        raise Conflict(f"{form.taken} places are taken already")
    form.design = _checked(design, kind=form.kind, hosts=hosts).document()
    for name, value in basics.items():
        setattr(form, name, value)
    form.version += 1
    form.changed_at = now()
    session.flush()
    registration.fill_places(session, form)
    return form


def publish_form(session: Session, actor: Actor, form: Form, *, hosts: set[str]) -> Form:
    """Host the draft as the next version. A draft that says what the last one does makes no new one."""
    design = _checked(form.design, kind=form.kind, hosts=hosts)
    if form.published:
        last = session.get_one(FormVersion, (form.id, form.published))
        if last.design == design.document():
            return form
    form.published += 1
    form.version += 1
    session.add(
        FormVersion(
            form_id=form.id,
            number=form.published,
            design=design.document(),
            published_by=actor.subject,
            published_at=now(),
        )
    )
    log.info("form_published", form=form.code, version=form.published)
    return form


def remove_form(session: Session, form: Form) -> None:
    """Delete a draft. Raises Conflict for a form that was published."""
    if form.published:
        raise Conflict("A form that was published stays, for consents name it; let it close instead")
    session.delete(form)


def erase_submission(session: Session, submission: Submission, *, keep: Design) -> Submission:
    """Take away who it was and every free word. Scores and choices stay, and so do the figures."""
    private = {field.name for field in keep.fields if field.type not in KEPT_WHEN_ERASED}
    private |= set(submission.answers) - {field.name for field in keep.fields}
    submission.erase(now(), private_answers=private)
    submission.version += 1
    for confirmation in _mails_of(session, submission.id):
        confirmation.address = ""
        if confirmation.state == QUEUED:
            confirmation.state, confirmation.ended_at = FAILED, now()
        if confirmation.state != SENT:
            confirmation.reason = "erased"
    return submission


def send_again(session: Session, confirmation: Confirmation) -> Confirmation:
    """Send a mail again that failed or is uncertain, because a person says so. Raises Conflict otherwise."""
    if confirmation.state not in (FAILED, UNCERTAIN) or not confirmation.address:
        raise Conflict(f"A mail that is {confirmation.state} is not sent again")
    confirmation.state, confirmation.reason, confirmation.attempts = QUEUED, "", 0
    confirmation.due_at, confirmation.ended_at = now(), None
    return confirmation


def _mails_of(session: Session, submission_id: UUID) -> list[Confirmation]:
    of_submission = select(Confirmation).where(Confirmation.submission_id == submission_id)
    return list(session.scalars(of_submission.with_for_update()))


def _check_basics(kind: str, basics: dict[str, Any]) -> None:
    if basics.get("capacity") is not None and kind != "registration":
        raise Invalid({"capacity": ["Only a registration has places"]})
    opens_at: datetime | None = basics.get("opens_at")
    closes_at: datetime | None = basics.get("closes_at")
    if opens_at is not None and closes_at is not None and closes_at <= opens_at:
        raise Invalid({"closes_at": ["Must be after opens_at"]})


def _checked(document: dict[str, Any], *, kind: str, hosts: set[str]) -> Design:
    try:
        design = Design.of(document)
    except msgspec.ValidationError as error:
        raise Invalid({"design": [str(error)]}) from None
    problems = problems_of(design, kind=kind, hosts=hosts)
    if problems:
        raise Invalid({f"design.{place}": reasons for place, reasons in problems.items()})
    return design
