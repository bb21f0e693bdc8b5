"""What planners do: design a campaign, plan its waves, submit the plan, and hear the decision."""

from uuid import UUID

from sqlalchemy.exc import IntegrityError

from chassis.auth import Actor
from chassis.clock import now
from chassis.database import Session
from chassis.errors import Conflict, Forbidden, Invalid, NotFound
from chassis.logs import get_logger
from chassis.outbox import publish
from contracts.campaign import CampaignApproved, CampaignDesigned, CampaignReturned, CampaignSubmitted
from contracts.event import Money
from contracts.finance import ApprovalDecided
from services.campaign.planning import queries
from services.campaign.planning.design import Design, problems_of
from services.campaign.planning.lifecycle import State, Step
from services.campaign.planning.model import Campaign, PlanVersion
from services.campaign.planning.plan import content_hash, plan_content
from services.campaign.waves.model import PLANNED, Wave

log = get_logger(__name__)

LONGEST_SUBJECT = 255


def design_campaign(session: Session, actor: Actor, design: Design) -> Campaign:
    """Begin a campaign as a draft.

    Raises Forbidden for a foreign department, Invalid for a bad design, Conflict when the code is taken.
    """
    actor.require_department(design.department)
    if problems := problems_of(design):
        raise Invalid(problems)
    campaign = Campaign.begin(design, planner=_signature(actor), at=now())
    session.add(campaign)
    _keep_design(session, campaign)
    return campaign


def redesign_campaign(session: Session, actor: Actor, *, campaign: Campaign, design: Design) -> Campaign:
    """Replace the design of a draft.

    Raises Conflict once the plan was submitted, and otherwise as ``design_campaign`` does.
    """
    _require_draft(campaign)
    actor.require_department(design.department)
    if problems := problems_of(design, lines={line.line_id for line in campaign.budget}):
        raise Invalid(problems)
    campaign.take_design(design, planner=campaign.owner)
    _keep_design(session, campaign)
    return campaign


def plan_wave(session: Session, actor: Actor, *, campaign_id: UUID, channel: str, template_id: UUID) -> Wave:
    """Add a wave to a draft; it gets the next number. Raises Conflict when the campaign is no draft."""
    campaign = queries.take_campaign(session, actor, campaign_id)
    _require_draft(campaign)
    number = queries.next_wave_number(session, campaign_id)
    wave = Wave(
        campaign_id=campaign_id, number=number, channel=channel, template_id=template_id, state=PLANNED
    )
    session.add(wave)
    publish(session, campaign, _designed(campaign))
    return wave


def drop_wave(session: Session, actor: Actor, *, campaign_id: UUID, wave_id: UUID) -> None:
    """Take a wave out of a draft. Raises Conflict when the campaign is no draft."""
    campaign = queries.take_campaign(session, actor, campaign_id)
    _require_draft(campaign)
    wave = session.get(Wave, wave_id)
    if wave is None or wave.campaign_id != campaign_id:
        raise NotFound("wave", wave_id)
    session.delete(wave)
    publish(session, campaign, _designed(campaign))


def submit_plan(session: Session, actor: Actor, *, campaign: Campaign) -> Campaign:
    """Hand the plan in for approval. Raises Conflict in a wrong state, Invalid naming what the plan lacks."""
    planned = queries.waves_in_order(session, campaign.id)
    campaign.move(Step.SUBMIT)
    lacking = {}
    if campaign.segment_id is None:
        lacking["segment_id"] = ["is needed before the plan can be submitted"]
    if not planned:
        lacking["waves"] = ["at least one is needed before the plan can be submitted"]
    if lacking:
        raise Invalid(lacking)
    campaign.plan_version += 1
    campaign.plan_hash = content_hash(plan_content(campaign, planned))
    campaign.submitted_by, campaign.submitted_at = _signature(actor), now()
    campaign.review_outcome, campaign.review_comment = None, ""
    publish(session, campaign, _submitted(campaign))
    return campaign


def apply_decision(session: Session, event: ApprovalDecided) -> None:
    """Take the desk's decision on a plan. One that is not about the plan as it now stands changes nothing."""
    campaign = queries.lock_campaign(session, event.subject_id)
    if campaign is None:
        raise NotFound("campaign", event.subject_id)
    if not _is_about_present_plan(event, campaign):
        log.info(
            "old_decision_ignored",
            campaign_id=str(campaign.id),
            state=campaign.state,
            plan_version=campaign.plan_version,
            decided_version=event.subject_version,
        )
        return
    campaign.review_outcome, campaign.review_comment = event.outcome, event.comment
    if event.outcome == "approved":
        _approve(session, campaign, event)
    else:
        _return(session, campaign, event)


def _is_about_present_plan(event: ApprovalDecided, campaign: Campaign) -> bool:
    return (
        campaign.state == State.IN_REVIEW
        and event.subject_version == campaign.plan_version
        and event.subject_hash == campaign.plan_hash
    )


def _approve(session: Session, campaign: Campaign, event: ApprovalDecided) -> None:
    campaign.move(Step.APPROVE)
    campaign.approved_at = event.decided_at
    frozen = PlanVersion(
        campaign_id=campaign.id,
        number=campaign.plan_version,
        plan_hash=campaign.plan_hash,
        content=plan_content(campaign, queries.waves_in_order(session, campaign.id)),
        approval_id=event.approval_id,
        approved_by=event.decided_by,
        approved_at=event.decided_at,
    )
    session.add(frozen)
    approved = CampaignApproved(
        campaign_id=campaign.id,
        plan_version=campaign.plan_version,
        approval_id=event.approval_id,
        approved_at=event.decided_at,
    )
    publish(session, campaign, approved)


def _return(session: Session, campaign: Campaign, event: ApprovalDecided) -> None:
    campaign.move(Step.RETURN)
    returned = CampaignReturned(
        campaign_id=campaign.id,
        plan_version=campaign.plan_version,
        approval_id=event.approval_id,
        outcome="rejected" if event.outcome == "rejected" else "sent_back",
        comment=event.comment,
    )
    publish(session, campaign, returned)


def _signature(actor: Actor) -> str:
    """The actor's subject as events carry it. Raises Forbidden where it is too long for them."""
    if len(actor.subject) > LONGEST_SUBJECT:
        raise Forbidden(f"Your subject has more than {LONGEST_SUBJECT} characters and cannot sign a plan")
    return actor.subject


def _require_draft(campaign: Campaign) -> None:
    if campaign.state != State.DRAFT:
        raise Conflict(f"Only a draft can be changed, and this campaign is {campaign.state}")


def _keep_design(session: Session, campaign: Campaign) -> None:
    """Publish the design and write it. The unique constraint decides where two planners take one code."""
    taken = Conflict(f"Department {campaign.department} has another campaign with the code {campaign.code}")
    if queries.code_is_taken(session, campaign):
        raise taken
    publish(session, campaign, _designed(campaign))
    try:
        session.flush()
    except IntegrityError as error:
        raise taken from error


def _designed(campaign: Campaign) -> CampaignDesigned:
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
    )


def _submitted(campaign: Campaign) -> CampaignSubmitted:
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
    )
