"""What a contact would get, looked at without sending, counting or keeping anything."""

from dataclasses import dataclass
from uuid import UUID

from chassis.auth import Actor
from chassis.database import Session
from chassis.errors import Invalid
from services.outreach.channels.sms.gsm import Parts, parts_of
from services.outreach.templates import queries
from services.outreach.templates.content import Content, Edition
from services.outreach.templates.copy_rules import USUAL, Standards, as_sent
from services.outreach.templates.findings import by_field
from services.outreach.templates.language import RENDER_ERRORS, Rendered
from services.outreach.templates.linting import lint
from services.outreach.templates.model import Template, values_of
from services.outreach.templates.samples import sample_values


@dataclass(frozen=True)
class Preview:
    """A copy. ``number`` is 0 for that of the draft; ``size`` is that of the page in bytes."""

    channel: str
    number: int
    language: str
    subject: str
    html: str
    text: str
    size: int
    sms: Parts | None


def preview_template(
    session: Session,
    actor: Actor,
    *,
    template_id: UUID,
    contact_id: UUID | None = None,
    language: str | None = None,
    number: int | None = None,
    standards: Standards = USUAL,
) -> Preview:
    """What a contact would get, or a made-up one when none is named: of the draft, or of a version.

    Without a ``language`` it is in the contact's. The links of ours in it lead nowhere. Raises NotFound,
    and Invalid where the draft has errors or cannot be rendered for this contact.
    """
    template = queries.template(session, actor, template_id)
    contact = None if contact_id is None else queries.contact(session, actor, contact_id)
    if number is None:
        edition = edition_of_draft(template, standards)
    else:
        edition = queries.version(session, actor, template_id, number).edition(template)
    values = {} if contact is None else values_of(contact)
    content = edition.content(values.get("language", "") if language is None else language)
    known = values_for(edition, content, public_url=standards.public_url) | values
    try:
        shown, sent = content.untracked().render(known), content.letter().render(known)
    except RENDER_ERRORS as error:
        raise Invalid({"contact_id": [f"the template cannot be rendered: {error}"]}) from error
    countries = template.countries or standards.countries
    country = contact.country if contact is not None and contact.country else countries[0]
    return _preview(edition, content, shown, sent, country=country, standards=standards)


def edition_of_draft(template: Template, standards: Standards = USUAL) -> Edition:
    """The draft as if it were published. Raises Invalid where the linter finds errors."""
    report = lint(template.design, standards)
    if not report.fine:
        raise Invalid(by_field(report.findings))
    return Edition(
        template_id=template.id,
        number=0,
        department=template.department,
        channel=template.channel,
        contents=report.contents,
        default_language=template.default_language,
        links=report.links,
        layout=template.layout,
    )


def values_for(edition: Edition, content: Content, *, public_url: str) -> dict[str, str]:
    """Those of a made-up contact, with links as long as those of the channel."""
    short = edition.channel == "sms"
    return sample_values(public_url=public_url, numbers=content.link_numbers, short=short)


def _preview(
    edition: Edition, content: Content, shown: Rendered, sent: Rendered, *, country: str, standards: Standards
) -> Preview:
    sms = None
    if edition.channel == "sms":
        text = as_sent(sent.text, country=country, language=content.language, standards=standards)
        sms = parts_of(text)
    try:
        size = len(sent.html.encode())
    except UnicodeEncodeError as error:
        raise Invalid({"contact_id": [f"the template cannot be rendered: {error}"]}) from error
    return Preview(
        channel=edition.channel,
        number=edition.number,
        language=content.language,
        subject=shown.subject,
        html=shown.html,
        text=shown.text,
        size=size,
        sms=sms,
    )
