"""What planning tells the others: a campaign as designed, a plan as handed in, and what was changed of it."""

import json
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from contracts.campaign import (
    CampaignChanged,
    CampaignDesigned,
    CampaignSubmitted,
    FieldChange,
    Plan,
    PlannedTask,
)
from contracts.campaign import PlannedPurchase as Purchase
from contracts.event import Money
from services.campaign.changing.differences import Difference
from services.campaign.planning.model import Campaign
from services.campaign.planning.plan import in_currency, plain
from services.campaign.procurement.model import PlannedPurchase


def designed(campaign: Campaign) -> CampaignDesigned:
    """The whole design as it now stands."""
    return CampaignDesigned(**_plan(campaign))


def submitted(
    campaign: Campaign,
    purchases: Iterable[PlannedPurchase],
    *,
    tasks: Sequence[PlannedTask] = (),
    amendment_id: UUID | None = None,
    reason: str = "",
) -> CampaignSubmitted:
    """The plan that was just handed in, as a whole or as an amendment of the one that runs."""
    assert campaign.plan_hash and campaign.submitted_by and campaign.submitted_at
    return CampaignSubmitted(
        campaign_id=campaign.id,
        code=campaign.code,
        name=campaign.name,
        department=campaign.department,
        plan_version=campaign.plan_version,
        plan_hash=campaign.plan_hash,
        submitted_by=campaign.submitted_by,
        submitted_at=campaign.submitted_at,
        total=Money(amount=campaign.total, currency=campaign.currency),
        budget=campaign.budget,
        purchases=[_purchase(one, campaign) for one in purchases],
        starts_on=campaign.starts_on,
        ends_on=campaign.ends_on,
        amendment_id=amendment_id,
        reason=reason,
        tasks=list(tasks),
    )


def changed(campaign: Campaign, differences: Iterable[Difference], **circumstances: Any) -> CampaignChanged:
    """What was changed of an approved campaign; ``circumstances`` are who, when, why and under which plan."""
    return CampaignChanged(
        **_plan(campaign),
        changed=[
            FieldChange(field=one.field, before=_as_json(one.before), after=_as_json(one.after))
            for one in differences
        ],
        **circumstances,
    )


def _plan(campaign: Campaign) -> dict[str, Any]:
    same = (name for name in Plan.__struct_fields__ if name != "campaign_id")
    return {"campaign_id": campaign.id, **{name: getattr(campaign, name) for name in same}}


def _purchase(item: PlannedPurchase, campaign: Campaign) -> Purchase:
    return Purchase(
        item_id=item.id,
        line_id=item.line_id,
        kind=item.kind,
        description=item.description,
        quantity=Decimal(plain(item.quantity)),
        unit_price=Decimal(plain(item.unit_price)),
        amount=Decimal(in_currency(item.amount, campaign.currency)),
        supplier=item.supplier,
        needed_on=item.needed_on,
    )


def _as_json(value: object) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False)
