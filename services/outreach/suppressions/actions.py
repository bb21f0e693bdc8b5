"""Suppressing a contact: by a person of ours, or by the contact."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from chassis.auth import Actor
from chassis.clock import now
from chassis.database import Session
from chassis.errors import NotFound
from chassis.outbox import publish
from contracts.outreach import SuppressionAdded
from services.outreach.contacts.model import ContactPoint
from services.outreach.suppressions.model import Suppression
from services.outreach.suppressions.queries import standing


@dataclass(frozen=True, kw_only=True)
class Grounds:
    """Why a contact is suppressed, and by what they answered, if it was an answer."""

    reason: Literal["unsubscribed", "bounced", "complained", "manual"]
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
