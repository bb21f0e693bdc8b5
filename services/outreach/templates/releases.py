"""Which version of a template a wave goes out with: the one that was published when it was released."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import insert, literal, select

from chassis.database import Session
from services.outreach.templates import files
from services.outreach.templates.content import Edition
from services.outreach.templates.model import HeldVersion, Template, TemplateVersion


class Unusable(LookupError):
    """A wave cannot go out with a template. The text is the reason code."""


def hold_versions(session: Session, *, wave_id: UUID, template_ids: Iterable[UUID]) -> None:
    """Remember what is published now of the templates of a wave. Called once, when its mailing opens."""
    columns = (literal(wave_id, HeldVersion.wave_id.type), Template.id, Template.published)
    chosen = select(*columns).where(Template.id.in_(set(template_ids)), Template.published.is_not(None))
    session.execute(insert(HeldVersion).from_select(["wave_id", "template_id", "number"], chosen))


def held_edition(
    session: Session, *, wave_id: UUID, template_id: UUID, department: str, channel: str
) -> Edition:
    """What a wave says over a channel.

    Raises Unusable: unknown_template for one that there is not in the department, other_channel, or
    unpublished_template where nothing was published at the release.
    """
    template = session.get(Template, template_id)
    if template is None or template.department != department:
        raise Unusable("unknown_template")
    if template.channel != channel:
        raise Unusable("other_channel")
    held = session.get(HeldVersion, (wave_id, template_id))
    if held is None:
        raise Unusable("unpublished_template")
    version = session.get_one(TemplateVersion, (template_id, held.number))
    return version.edition(template, files.attached_to(session, version))


def held_link(session: Session, *, wave_id: UUID, template_id: UUID, number: int) -> str | None:
    """What link ``number`` leads to in the copies of a wave; None where there is no such link."""
    links = session.scalar(
        select(TemplateVersion.links)
        .join(
            HeldVersion,
            (HeldVersion.template_id == TemplateVersion.template_id)
            & (HeldVersion.number == TemplateVersion.number),
        )
        .where(HeldVersion.wave_id == wave_id, HeldVersion.template_id == template_id)
    )
    return links[number] if links is not None and number < len(links) else None
