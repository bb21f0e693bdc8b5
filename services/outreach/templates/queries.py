"""Reading templates."""

from uuid import UUID

from sqlalchemy import Select, select

from chassis.auth import Actor
from chassis.database import Session
from chassis.errors import NotFound
from services.outreach.templates.model import Template


def template(session: Session, actor: Actor, template_id: UUID) -> Template:
    """One template. Raises NotFound, for one of a foreign department too."""
    found = session.get(Template, template_id)
    if found is None or not actor.may_see(found.department):
        raise NotFound("template", template_id)
    return found


def templates(actor: Actor, *, department: str | None = None) -> Select[Template]:
    """The templates that the actor may see."""
    rows = select(Template).where(actor.scope(Template.department))
    return rows if department is None else rows.where(Template.department == department)
