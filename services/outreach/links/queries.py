"""What a link belongs to, and where it leads."""

from dataclasses import dataclass

from sqlalchemy import select

from chassis.database import Session
from services.outreach.contacts.model import ContactPoint
from services.outreach.links.tokens import Kind, Link, Signer
from services.outreach.mailings.model import Delivery, Mailing
from services.outreach.templates.language import FIELDS, render_link
from services.outreach.templates.model import Template, contact_values


@dataclass(frozen=True)
class Origin:
    """The mail that a link stood in."""

    link: Link
    delivery: Delivery
    mailing: Mailing


def origin(session: Session, signer: Signer, *, kind: Kind, token: str) -> Origin | None:
    """The mail that a token's link stood in; None for a token that is not ours."""
    link = signer.read(kind, token)
    if link is None:
        return None
    row = session.execute(
        select(Delivery, Mailing)
        .join(Mailing, Mailing.id == Delivery.mailing_id)
        .where(Delivery.id == link.delivery_id)
    ).one_or_none()
    return None if row is None else Origin(link, row[0], row[1])


def destination(session: Session, origin: Origin) -> str | None:
    """The address that a click leads to: always one that stands in the template, with its fields filled."""
    template = session.get(Template, origin.mailing.template_id)
    if template is None or origin.link.number >= len(template.links):
        return None
    source = template.links[origin.link.number]
    return render_link(source, _values(session, origin)) if "{" in source else source


def _values(session: Session, origin: Origin) -> dict[str, str]:
    values = dict.fromkeys(FIELDS, "")
    values |= {"campaign_name": origin.mailing.campaign_name, "campaign_code": origin.mailing.campaign_code}
    contact = session.get(ContactPoint, origin.delivery.contact_id)
    if contact is None:
        return values
    return values | contact_values(
        given_name=contact.given_name,
        family_name=contact.family_name,
        company=contact.company,
        email=contact.email,
        region=contact.region,
        language=contact.language,
    )
