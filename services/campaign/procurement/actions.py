"""Planning what to buy: for a draft by whoever plans it, later by its owner within the approved lines."""

from collections.abc import Sequence

from chassis.auth import Actor
from chassis.database import Session
from chassis.errors import Invalid
from chassis.ids import new_id
from services.campaign.catalogue.model import PURCHASES
from services.campaign.catalogue.queries import code_problems
from services.campaign.catalogue.usage import Use
from services.campaign.changing.actions import require_free, revision
from services.campaign.planning.model import Campaign
from services.campaign.procurement.items import Item, item_problems, uses_of
from services.campaign.procurement.model import PlannedPurchase
from services.campaign.procurement.queries import purchases_of


def set_purchases(
    session: Session, actor: Actor, *, campaign: Campaign, items: Sequence[Item], reason: str = ""
) -> Campaign:
    """Replace what a campaign plans to buy. Items that are named by their id go on, others are new.

    Raises Invalid for items that break a rule or exceed their line, Conflict in a wrong state or while an
    amendment asks for other purchases, Forbidden once the campaign is under way unless the actor owns it or
    administers.
    """
    before = {one.id: one for one in purchases_of(session, campaign.id)}
    kept = [Use("", PURCHASES, one.kind) for one in before.values()]
    problems = item_problems(
        items, currency=campaign.currency, lines=campaign.budget, known=before.keys()
    ) or code_problems(session, uses_of(items), kept=kept)
    if problems:
        raise Invalid(problems)
    require_free(session, campaign, {PURCHASES})
    with revision(session, actor, campaign=campaign, reason=reason):
        for item in items:
            row = before.pop(item.item_id, None) if item.item_id else None
            row = row or PlannedPurchase(id=new_id(), campaign_id=campaign.id)
            session.add(row.take(item, currency=campaign.currency))
        for gone in before.values():
            session.delete(gone)
    return campaign
