"""Writing templates: they are saved as drafts, published as versions, and put into the archive."""

from collections.abc import Mapping, Sequence
from typing import Any

from chassis.auth import Actor
from chassis.clock import now
from chassis.database import Session
from chassis.errors import Conflict, Invalid
from chassis.logs import get_logger
from chassis.metrics import counter
from services.outreach.templates.copy_rules import USUAL, Standards
from services.outreach.templates.files import problems_of_attachments
from services.outreach.templates.findings import by_field
from services.outreach.templates.linting import Report, lint
from services.outreach.templates.model import Template, TemplateVersion
from services.outreach.templates.source import CHANNELS, Design, Source

log = get_logger(__name__)

published = counter(
    "outreach_templates_published_total",
    "Versions of templates that were published, by channel.",
    ("channel",),
    starts=[(channel,) for channel in CHANNELS],
)


def design_of(
    *,
    channel: str = "email",
    default_language: str = "en",
    layout: str = "",
    countries: Sequence[str] = (),
    contents: Sequence[Mapping[str, Any]] = (),
    **only: Any,
) -> Design:
    """What an author wants. The parts of the ``only`` content may be given without a list of contents.

    Raises Invalid where both are given.
    """
    if only and contents:
        raise Invalid({"contents": [f"give either contents, or {', '.join(sorted(only))}"]})
    given = contents or [{"language": default_language, **only}]
    return Design(
        channel=channel,
        default_language=default_language,
        layout=layout,
        countries=tuple(countries),
        contents=tuple(_source_of(one) for one in given),
    )


def write_template(
    session: Session,
    actor: Actor,
    *,
    name: str,
    department: str,
    draft: bool = False,
    standards: Standards = USUAL,
    **design: Any,
) -> Template:
    """A new template, published at once unless only a ``draft`` is wanted. ``design`` as in ``design_of``.

    Raises Forbidden for a foreign department and, of one that is to be published, Invalid with the
    reasons by field.
    """
    actor.require_department(department)
    wanted = design_of(**design)
    template = Template(
        name=name,
        department=department,
        channel=wanted.channel,
        created_by=actor.subject,
        created_at=now(),
    )
    report = _looked_through(session, template, wanted, standards)
    template.draw(wanted, report.findings, author=actor.subject)
    session.add(template)
    if not draft:
        _publish(session, actor, template, report, note="")
    session.flush()
    return template


def change_template(
    session: Session,
    actor: Actor,
    *,
    template: Template,
    name: str,
    standards: Standards = USUAL,
    **design: Any,
) -> Template:
    """Replace the draft. What is published stays as it is. Raises Conflict for one in the archive."""
    _require_in_use(template)
    wanted = design_of(channel=template.channel, **design)
    template.name = name
    report = _looked_through(session, template, wanted, standards)
    template.draw(wanted, report.findings, author=actor.subject)
    template.version += 1
    return template


def publish_template(
    session: Session,
    actor: Actor,
    *,
    template: Template,
    note: str = "",
    standards: Standards = USUAL,
) -> TemplateVersion:
    """Make the draft the next version.

    Raises Invalid with the reasons by field where the linter finds errors, and Conflict for a template in
    the archive, or one that has not changed since its last version.
    """
    _require_in_use(template)
    last = session.get(TemplateVersion, (template.id, template.published)) if template.published else None
    if last is not None and _same(template, last):
        raise Conflict(f"Nothing has changed since version {last.number}")
    report = _looked_through(session, template, template.design, standards)
    version = _publish(session, actor, template, report, note=note)
    template.version += 1
    return version


def archive_template(*, template: Template) -> Template:
    """Put a template away: it is not listed or changed any more. Waves that name it go out all the same."""
    if template.archived_at is None:
        template.archived_at = now()
        template.version += 1
    return template


def restore_template(*, template: Template) -> Template:
    """Take a template out of the archive."""
    if template.archived_at is not None:
        template.archived_at = None
        template.version += 1
    return template


def _source_of(given: Mapping[str, Any]) -> Source:
    return Source.of({**given, "attachments": [str(one) for one in given.get("attachments", ())]})


def _looked_through(session: Session, template: Template, design: Design, standards: Standards) -> Report:
    report = lint(design, standards)
    report.findings += problems_of_attachments(session, template.id, design.contents)
    return report


def _publish(
    session: Session, actor: Actor, template: Template, report: Report, *, note: str
) -> TemplateVersion:
    if not report.fine:
        raise Invalid(by_field(report.findings))
    version = TemplateVersion(
        template_id=template.id,
        number=(template.published or 0) + 1,
        layout=template.layout,
        default_language=template.default_language,
        countries=template.countries,
        contents=template.contents,
        compiled=[content.document for content in report.contents],
        links=report.links,
        note=note,
        published_by=actor.subject,
        published_at=now(),
    )
    session.flush()
    session.add(version)
    template.published, template.published_at = version.number, version.published_at
    published.labels(channel=template.channel).inc()
    log.info("template_published", template_id=str(template.id), number=version.number)
    return version


def _require_in_use(template: Template) -> None:
    if template.archived_at is not None:
        raise Conflict("The template is in the archive")


def _same(template: Template, version: TemplateVersion) -> bool:
    names = ("layout", "default_language", "countries", "contents")
    return all(getattr(template, name) == getattr(version, name) for name in names)
