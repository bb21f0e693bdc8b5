"""What planning tells the others: a campaign as designed, and a plan as handed in."""

from collections.abc import Sequence

from contracts.campaign import CampaignDesigned, CampaignSubmitted, PlannedTask
from contracts.event import Money
from services.campaign.planning.model import Campaign


def designed(campaign: Campaign) -> CampaignDesigned:
    """The whole design as it now stands."""
    return CampaignDesigned(
        campaign_id=campaign.id,
        code=campaign.code,
        name=campaign.name,
        kind=campaign.kind,
        purposes=campaign.purposes,
        owner=campaign.owner,
        department=campaign.department,
        region=campaign.region,
        starts_on=campaign.starts_on,
        ends_on=campaign.ends_on,
        currency=campaign.currency,
        goals=campaign.goals,
        budget=campaign.budget,
        segment_id=campaign.segment_id,
        parent_id=campaign.parent_id,
    )


def submitted(campaign: Campaign, tasks: Sequence[PlannedTask] = ()) -> CampaignSubmitted:
    """The plan that was just handed in."""
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
        tasks=list(tasks),
    )
