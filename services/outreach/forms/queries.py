"""Reading forms and what was sent through them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from chassis.auth import Actor
from chassis.database import Session
from chassis.errors import NotFound
from services.outreach.forms.design import Design
from services.outreach.forms.model import Confirmation, Form, FormVersion, Submission


def form(session: Session, actor: Actor, form_id: UUID) -> Form:
    """One form. Raises NotFound, for one of a foreign department too."""
    found = session.get(Form, form_id)
    if found is None or not actor.may_see(found.department):
        raise NotFound("form", form_id)
    return found


def take_form(session: Session, actor: Actor, form_id: UUID) -> Form:
    """The form, locked for a change. Raises NotFound."""
    found = locked_form(session, form_id)
    if found is None or not actor.may_see(found.department):
        raise NotFound("form", form_id)
    return found


def locked_form(session: Session, form_id: UUID) -> Form | None:
    """Locked before any of its submissions, so that nobody waits for one another.

    Rows that refer to it may come in meanwhile: PostgreSQL's FOR NO KEY UPDATE.
    """
    return session.get(Form, form_id, with_for_update={"key_share": True}, populate_existing=True)


def forms(actor: Actor, **equal: Any) -> Select[Form]:
    """The forms that the actor may see."""
    return select(Form).where(actor.scope(Form.department)).filter_by(**equal)


def hosted_form(session: Session, code: str) -> Form | None:
    """A published form by its code, open or not."""
    return session.scalars(select(Form).where(Form.code == code, Form.published > 0)).one_or_none()


def form_of_campaign(session: Session, campaign_id: UUID, *, department: str) -> Form | None:
    """The latest form of a campaign that is published."""
    return session.scalars(
        select(Form)
        .where(Form.campaign_id == campaign_id, Form.department == department, Form.published > 0)
        .order_by(Form.id.desc())
        .limit(1)
    ).one_or_none()


def version(session: Session, form_id: UUID, number: int) -> FormVersion:
    """Raises NotFound."""
    found = session.get(FormVersion, (form_id, number))
    if found is None:
        raise NotFound("version", number)
    return found


def design(session: Session, form: Form, number: int | None = None) -> tuple[int, Design]:
    """A published design with its number; the latest where ``number`` names none."""
    found = session.get(FormVersion, (form.id, number)) if number else None
    found = found or session.get_one(FormVersion, (form.id, form.published))
    return found.number, Design.of(found.design)


def versions(form_id: UUID) -> Select[FormVersion]:
    """Every version of a form."""
    return select(FormVersion).where(FormVersion.form_id == form_id)


def submission(session: Session, form_id: UUID, submission_id: UUID) -> Submission:
    """One submission of a form, locked for a change. Raises NotFound."""
    found = locked_submission(session, submission_id)
    if found is None or found.form_id != form_id:
        raise NotFound("submission", submission_id)
    return found


def locked_submission(session: Session, submission_id: UUID) -> Submission | None:
    return session.get(Submission, submission_id, with_for_update=True, populate_existing=True)


def submissions(
    form_id: UUID,
    *,
    submitted_from: datetime | None = None,
    submitted_before: datetime | None = None,
    checked_in: bool | None = None,
    **equal: Any,
) -> Select[Submission]:
    """What was sent through a form, within a span of time."""
    rows = select(Submission).where(Submission.form_id == form_id).filter_by(**equal)
    if submitted_from is not None:
        rows = rows.where(Submission.submitted_at >= submitted_from)
    if submitted_before is not None:
        rows = rows.where(Submission.submitted_at < submitted_before)
    if checked_in is not None:
        arrived = Submission.checked_in_at.is_not(None)
        rows = rows.where(arrived if checked_in else ~arrived)
    return rows


def confirmations(form_id: UUID, **equal: Any) -> Select[Confirmation]:
    """The mails about a form's submissions."""
    return select(Confirmation).where(Confirmation.form_id == form_id).filter_by(**equal)


def confirmation(session: Session, form_id: UUID, confirmation_id: UUID) -> Confirmation:
    """A mail about one of a form's submissions, locked for a change. Raises NotFound."""
    found = session.get(Confirmation, confirmation_id, with_for_update=True, populate_existing=True)
    if found is None or found.form_id != form_id:
        raise NotFound("mail", confirmation_id)
    return found
