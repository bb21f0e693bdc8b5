"""Writing templates, and looking at what they would say."""

from uuid import UUID

from chassis.auth import Actor
from chassis.database import Session
from chassis.errors import Invalid, NotFound
from services.outreach.contacts.model import ContactPoint
from services.outreach.templates import queries
from services.outreach.templates.language import RENDER_ERRORS, Rendered, problems_of, sample_values
from services.outreach.templates.model import Template, contact_values
from services.outreach.templates.tracking import plain_text


def write_template(
    session: Session,
    actor: Actor,
    *,
    name: str,
    department: str,
    subject: str,
    html: str,
    text: str | None = None,
) -> Template:
    """A new template; without a ``text`` one is derived from ``html``.

    Raises Forbidden for a foreign department, and Invalid with the reasons by field for sources
    with errors of syntax, unknown fields, unsafe links, or no unsubscribe link.
    """
    actor.require_department(department)
    plain = plain_text(html) if text is None else text
    problems = problems_of(subject=subject, html=html, text=plain)
    if text is None and "html" in problems:
        problems.pop("text", None)
    if problems:
        raise Invalid(problems)
    template = Template.write(
        name=name, department=department, subject=subject, html=html, text=plain, author=actor.subject
    )
    session.add(template)
    session.flush()
    return template


def preview_template(
    session: Session, actor: Actor, *, template_id: UUID, contact_id: UUID | None = None
) -> Rendered:
    """What a contact would get, or a made-up one when none is named. Raises NotFound, Invalid."""
    template = queries.template(session, actor, template_id)
    values = sample_values()
    if contact_id is not None:
        values |= _values_of(session, actor, contact_id)
    try:
        return template.untracked().render(values)
    except RENDER_ERRORS as error:
        raise Invalid({"contact_id": [f"the template cannot be rendered: {error}"]}) from error


def _values_of(session: Session, actor: Actor, contact_id: UUID) -> dict[str, str]:
    contact = session.get(ContactPoint, contact_id)
    if contact is None or not actor.may_see(contact.department):
        raise NotFound("contact", contact_id)
    return contact_values(
        given_name=contact.given_name,
        family_name=contact.family_name,
        company=contact.company,
        email=contact.email,
        region=contact.region,
        language=contact.language,
    )
