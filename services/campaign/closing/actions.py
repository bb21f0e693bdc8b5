"""What happens to a campaign when its budget is settled, or the settlement is taken back."""

from uuid import UUID

from chassis.auth import Actor
from chassis.database import Session
from chassis.errors import NotFound, NotYet
from chassis.logs import get_logger
from chassis.outbox import publish
from contracts.campaign import CampaignClosed, CampaignReopened
from contracts.finance import BudgetReopened, BudgetSettled
from services.campaign.changing.amendments import lapse_amendment
from services.campaign.planning.lifecycle import State, Step
from services.campaign.planning.model import Campaign
from services.campaign.planning.queries import lock_campaign
from services.campaign.tasks.handing import call_off_tasks

log = get_logger(__name__)


def close_campaign(session: Session, event: BudgetSettled) -> None:
    """Close a completed campaign and call off its open tasks; one that was cancelled stays as it is.

    Raises NotYet while it still runs: finance has settled what it holds for ended, so the event waits for
    the end, and somebody looks at it when that does not come.
    """
    campaign = _locked(session, event.campaign_id)
    if campaign.state in (State.CANCELLED, State.CLOSED):
        log.info("campaign_not_closed", campaign_id=str(campaign.id), state=campaign.state)
        return
    if campaign.state != State.COMPLETED:
        raise NotYet(f"The budget of campaign {campaign.code} is settled, but it is {campaign.state}.")
    campaign.move(Step.CLOSE)
    closed = CampaignClosed(
        campaign_id=campaign.id,
        budget_id=event.budget_id,
        settlement_id=event.settlement_id,
        at=event.settled_at,
        by=event.settled_by,
    )
    publish(session, campaign, closed)
    lapse_amendment(session, campaign)
    call_off_tasks(session, Actor(event.settled_by), campaign)
    log.info("campaign_closed", campaign_id=str(campaign.id))


def reopen_campaign(session: Session, event: BudgetReopened) -> None:
    """Make a closed campaign completed again; one that was cancelled stays as it is.

    Tasks that the closing called off stay cancelled: what is still to be done is planned anew.
    """
    campaign = _locked(session, event.campaign_id)
    if campaign.state != State.CLOSED:
        log.info("campaign_not_reopened", campaign_id=str(campaign.id), state=campaign.state)
        return
    campaign.move(Step.REOPEN)
    reopened = CampaignReopened(
        campaign_id=campaign.id,
        budget_id=event.budget_id,
        reason=event.reason,
        at=event.reopened_at,
        by=event.reopened_by,
    )
    publish(session, campaign, reopened)
    log.info("campaign_reopened", campaign_id=str(campaign.id))


def _locked(session: Session, campaign_id: UUID) -> Campaign:
    campaign = lock_campaign(session, campaign_id)
    if campaign is None:
        raise NotFound("campaign", campaign_id)
    return campaign
