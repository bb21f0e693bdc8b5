"""What a link belongs to, and where it leads."""

from dataclasses import dataclass

from sqlalchemy import select

from chassis.database import Session
from services.outreach.contacts.model import ContactPoint
from services.outreach.links.tokens import Kind, Link, Signer
from services.outreach.mailings.model import Delivery, Mailing
from services.outreach.templates.language import FIELDS, render_link
from services.outreach.templates.model import campaign_values, values_of
from services.outreach.templates.releases import held_link


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
    source = held_link(
        session,
        wave_id=origin.mailing.wave_id,
        template_id=origin.mailing.template_of(origin.delivery.variant),
        number=origin.link.number,
    )
    if source is None:
        return None
    return render_link(source, _values(session, origin)) if "{" in source else source


def _values(session: Session, origin: Origin) -> dict[str, str]:
    values = dict.fromkeys(FIELDS, "")
    values |= campaign_values(name=origin.mailing.campaign_name, code=origin.mailing.campaign_code)
    contact = session.get(ContactPoint, origin.delivery.contact_id)
    if contact is None:
        return values
    return values | values_of(contact)
