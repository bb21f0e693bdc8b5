"""Who signs a plan, and who may steer the campaign that comes of it."""

from chassis.auth import Actor
from chassis.errors import Forbidden
from services.campaign.planning.model import Campaign

LONGEST_SUBJECT = 255


def signature_of(actor: Actor) -> str:
    """The actor's subject as events carry it. Raises Forbidden where it is too long for them."""
    if len(actor.subject) > LONGEST_SUBJECT:
        raise Forbidden(f"Your subject has more than {LONGEST_SUBJECT} characters and cannot sign a plan")
    return actor.subject


def require_owner(actor: Actor, campaign: Campaign) -> None:
    """Raises Forbidden unless the actor owns the campaign or administers."""
    if actor.subject != campaign.owner and not actor.administers:
        raise Forbidden(f"Only {campaign.owner}, who owns the campaign, or an administrator may do this")
