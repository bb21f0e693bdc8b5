"""Reading templates and their versions."""

from uuid import UUID

from sqlalchemy import Select, select

from chassis.auth import Actor
from chassis.database import Session
from chassis.errors import NotFound
from services.outreach.contacts.model import ContactPoint
from services.outreach.templates import files
from services.outreach.templates.content import Edition
from services.outreach.templates.model import ARCHIVED, DRAFT, PUBLISHED, Template, TemplateVersion
from services.outreach.templates.source import folded


def template(session: Session, actor: Actor, template_id: UUID) -> Template:
    """One template. Raises NotFound, for one of a foreign department too."""
    return _visible(session.get(Template, template_id), actor, template_id)


def take_template(session: Session, actor: Actor, template_id: UUID) -> Template:
    """One template, locked until the transaction ends. Raises NotFound like ``template``."""
    wanted = select(Template).where(Template.id == template_id).with_for_update()
    return _visible(session.scalars(wanted).one_or_none(), actor, template_id)


def templates(
    actor: Actor,
    *,
    department: str | None = None,
    channel: str | None = None,
    language: str | None = None,
    state: str | None = None,
    q: str | None = None,
) -> Select[Template]:
    """The templates that the actor may see; those in the archive only where ``state`` asks for them."""
    rows = select(Template).where(actor.scope(Template.department))
    if department is not None:
        rows = rows.where(Template.department == department)
    if channel is not None:
        rows = rows.where(Template.channel == channel)
    if language is not None:
        rows = rows.where(Template.languages.contains(f" {folded(language)} ", autoescape=True))
    if q is not None:
        rows = rows.where(Template.name.icontains(q, autoescape=True))
    return _in_state(rows, state)


def version(session: Session, actor: Actor, template_id: UUID, number: int) -> TemplateVersion:
    """One version of a template. Raises NotFound, for one of a foreign department too."""
    template(session, actor, template_id)
    found = session.get(TemplateVersion, (template_id, number))
    if found is None:
        raise NotFound("version", number)
    return found


def versions(session: Session, actor: Actor, template_id: UUID) -> Select[TemplateVersion]:
    """The versions of a template. Raises NotFound like ``template``."""
    template(session, actor, template_id)
    return select(TemplateVersion).where(TemplateVersion.template_id == template_id)


def edition(session: Session, actor: Actor, template_id: UUID, number: int | None = None) -> Edition | None:
    """A version of a template, the last one where no ``number`` is given; None where none is published.

    Raises NotFound like ``version``.
    """
    found = template(session, actor, template_id)
    number = found.published if number is None else number
    if number is None:
        return None
    wanted = version(session, actor, template_id, number)
    return wanted.edition(found, files.attached_to(session, wanted))


def contact(session: Session, actor: Actor, contact_id: UUID) -> ContactPoint:
    """Somebody to try a template on. Raises NotFound, for one of a foreign department too."""
    found = session.get(ContactPoint, contact_id)
    if found is None or not actor.may_see(found.department):
        raise NotFound("contact", contact_id)
    return found


def _in_state(rows: Select[Template], state: str | None) -> Select[Template]:
    if state == ARCHIVED:
        return rows.where(Template.archived_at.is_not(None))
    rows = rows.where(Template.archived_at.is_(None))
    if state == DRAFT:
        return rows.where(Template.published.is_(None))
    return rows.where(Template.published.is_not(None)) if state == PUBLISHED else rows


def _visible(found: Template | None, actor: Actor, template_id: UUID) -> Template:
    if found is None or not actor.may_see(found.department):
        raise NotFound("template", template_id)
    return found
