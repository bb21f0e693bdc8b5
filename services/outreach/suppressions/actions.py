"""Suppressing a contact: by a person of ours, or by the contact."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from chassis.auth import Actor
from chassis.clock import now
from chassis.database import Session
from chassis.errors import NotFound
from chassis.logs import get_logger
from chassis.outbox import publish
from contracts.outreach import SuppressionAdded, SuppressionRemoved
from services.outreach.contacts.model import ContactPoint
from services.outreach.suppressions.model import COLUMNS, Suppression, normal, suppressed_addresses
from services.outreach.suppressions.queries import standing

log = get_logger(__name__)

CONTACT = "contact"
"""Who lifts a suppression that is lifted at the contact's own word."""

UNSUBSCRIBED = "unsubscribed"


@dataclass(frozen=True, kw_only=True)
class Grounds:
    """Why a contact is suppressed, and by what they answered, if it was an answer."""

    reason: Literal["unsubscribed", "bounced", "complained", "manual", "returned", "imported"]
    department: str
    note: str = ""
    campaign_id: UUID | None = None
    target_id: UUID | None = None


def suppress_by_hand(
    session: Session, actor: Actor, *, contact_id: UUID, channel: str, note: str = ""
) -> Suppression:
    """Suppress a contact that the actor may see; if they are already, the present one stands.

    Raises NotFound for a contact that is not known, or of a foreign department.
    """
    contact = session.get(ContactPoint, contact_id)
    if contact is None or not actor.may_see(contact.department):
        raise NotFound("contact", contact_id)
    grounds = Grounds(reason="manual", department=contact.department, note=note)
    return suppress(session, actor, contact_id=contact_id, channel=channel, grounds=grounds)


def suppress(
    session: Session, actor: Actor, *, contact_id: UUID, channel: str, grounds: Grounds
) -> Suppression:
    """The suppression of a contact on a channel, added and published unless it stands already."""
    known = standing(session, contact_id, channel)
    if known is not None:
        return known
    suppression = Suppression(
        contact_id=contact_id,
        channel=channel,
        department=grounds.department,
        reason=grounds.reason,
        note=grounds.note,
        campaign_id=grounds.campaign_id,
        target_id=grounds.target_id,
        added_by=actor.subject,
        added_at=now(),
    )
    try:
        with session.begin_nested():
            session.add(suppression)
    except IntegrityError:
        winner = standing(session, contact_id, channel)
        if winner is None:
            raise
        return winner
    _publish(session, suppression, grounds)
    return suppression


def lift_by_hand(session: Session, actor: Actor, *, suppression_id: UUID, note: str) -> None:
    """Let a contact be reached again. Raises NotFound.

    The contact's own consent is not renewed by that: only they can give it. The note goes to the log.
    """
    suppression = session.get(Suppression, suppression_id, with_for_update=True)
    if suppression is None or not actor.may_see(suppression.department):
        raise NotFound("suppression", suppression_id)
    log.info("suppression_lifted", suppression_id=str(suppression_id), by=actor.subject, note=note)
    _lift(session, suppression, by=actor.subject)


def lift_own(session: Session, *, contact_id: UUID, channel: str) -> None:
    """Undo a contact's own unsubscribing, at their word. Other suppressions stay."""
    suppression = standing(session, contact_id, channel)
    if suppression is not None and suppression.reason == UNSUBSCRIBED:
        _lift(session, suppression, by=CONTACT)


def _lift(session: Session, suppression: Suppression, *, by: str) -> None:
    publish(
        session,
        suppression,
        SuppressionRemoved(
            suppression_id=suppression.id,
            contact_id=suppression.contact_id,
            channel=suppression.channel,
            removed_by=by,
            removed_at=now(),
        ),
    )
    session.flush()
    session.delete(suppression)
    contact = session.get(ContactPoint, suppression.contact_id)
    column = COLUMNS.get(suppression.channel)
    address = normal(suppression.channel, getattr(contact, column) or "") if contact and column else ""
    session.execute(
        delete(suppressed_addresses).where(
            suppressed_addresses.c.department == suppression.department,
            suppressed_addresses.c.channel == suppression.channel,
            suppressed_addresses.c.address == address,
        )
    )


def _publish(session: Session, suppression: Suppression, grounds: Grounds) -> None:
    publish(
        session,
        suppression,
        SuppressionAdded(
            suppression_id=suppression.id,
            contact_id=suppression.contact_id,
            channel=suppression.channel,
            reason=grounds.reason,
            campaign_id=suppression.campaign_id,
            target_id=suppression.target_id,
            added_at=suppression.added_at,
        ),
    )
