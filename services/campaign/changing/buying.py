"""The purchases of an amendment, which may be paid from lines that it adds itself."""

from collections.abc import Sequence
from dataclasses import replace

from chassis.database import Session
from chassis.errors import Invalid
from chassis.ids import new_id
from services.campaign.catalogue.model import PURCHASES
from services.campaign.catalogue.queries import code_problems
from services.campaign.catalogue.usage import Use
from services.campaign.changing.model import Amendment
from services.campaign.planning.model import Campaign
from services.campaign.planning.parts import Parts
from services.campaign.procurement.items import AskedItem, item_problems, items_on, uses_of
from services.campaign.procurement.model import PlannedPurchase
from services.campaign.procurement.queries import purchases_of


def proposed_purchases(
    session: Session, after: Campaign, *, asked: Sequence[AskedItem], present: Sequence[PlannedPurchase]
) -> list[PlannedPurchase]:
    """What the campaign as amended would plan to buy, as objects that no session knows.

    Raises Invalid for items that break a rule or exceed their line.
    """
    items = items_on(after.budget, asked, field=PURCHASES)
    known = {one.id for one in present}
    kept = [Use("", PURCHASES, one.kind) for one in present]
    problems = item_problems(
        items, currency=after.currency, lines=after.budget, known=known, field=PURCHASES
    ) or code_problems(session, uses_of(items, field=PURCHASES), kept=kept)
    if problems:
        raise Invalid(problems)
    rows = [
        PlannedPurchase(id=item.item_id or new_id(), campaign_id=after.id).take(item, currency=after.currency)
        for item in items
    ]
    return sorted(rows, key=lambda row: row.id)


def amended_parts(amendment: Amendment, parts: Parts) -> Parts:
    """The parts of the plan as the amendment makes it."""
    if PURCHASES not in amendment.changes:
        return parts
    return replace(parts, purchases=_rows(amendment))


def take_purchases(session: Session, campaign: Campaign, amendment: Amendment) -> None:
    """Plan to buy what was approved, and nothing else, where the amendment says what that is."""
    if PURCHASES not in amendment.changes:
        return
    rows = _rows(amendment)
    wanted = {row.id for row in rows}
    for gone in purchases_of(session, campaign.id):
        if gone.id not in wanted:
            session.delete(gone)
    for row in rows:
        session.merge(row)


def _rows(amendment: Amendment) -> list[PlannedPurchase]:
    return [PlannedPurchase.of(amendment.campaign_id, row) for row in amendment.changes[PURCHASES]]
