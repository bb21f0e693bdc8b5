"""What a recipient may choose, and what choosing does.

They may stop any channel at once, and start again one that they stopped themselves. What was stopped
for another reason stays so: only a person of ours lifts that.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from chassis.auth import Actor
from chassis.database import Session
from chassis.logs import get_logger
from services.outreach.contacts.model import ContactPoint
from services.outreach.links.queries import Origin
from services.outreach.suppressions.actions import UNSUBSCRIBED, Grounds, lift_own, suppress
from services.outreach.suppressions.model import CHANNELS
from services.outreach.suppressions.queries import of_contact

log = get_logger(__name__)

_ADDRESSES = {"email": "email", "sms": "phone", "dm": "address", "fax": "fax", "chat": "chat"}


@dataclass(frozen=True)
class Choice:
    """One channel that the recipient has an address for, and whether they are reached over it now."""

    channel: str
    on: bool
    fixed: bool


def choices(session: Session, origin: Origin) -> Sequence[Choice]:
    """What the recipient of a copy may choose from; nothing for a contact that is not known."""
    contact = session.get(ContactPoint, origin.delivery.contact_id)
    if contact is None:
        return ()
    stopped = {one.channel: one.reason for one in of_contact(session, contact.id)}
    found = []
    for channel in CHANNELS:
        reason, agreed = stopped.get(channel), contact.consents.get(channel, False)
        if getattr(contact, _ADDRESSES[channel]) and (agreed or reason is not None):
            found.append(Choice(channel, on=reason is None, fixed=reason not in (None, UNSUBSCRIBED)))
    return found


def choose(session: Session, actor: Actor, origin: Origin, *, wanted: Collection[str]) -> None:
    """Reach the recipient over the ``wanted`` channels from now on, and over no other."""
    for choice in choices(session, origin):
        if choice.fixed or choice.on == (choice.channel in wanted):
            continue
        log.info("preference_changed", channel=choice.channel, on=not choice.on)
        if not choice.on:
            lift_own(session, contact_id=origin.delivery.contact_id, channel=choice.channel)
            continue
        grounds = Grounds(
            reason="unsubscribed",
            department=origin.mailing.department,
            note="preference page",
            campaign_id=origin.mailing.campaign_id,
            target_id=origin.delivery.target_id,
        )
        suppress(
            session, actor, contact_id=origin.delivery.contact_id, channel=choice.channel, grounds=grounds
        )
