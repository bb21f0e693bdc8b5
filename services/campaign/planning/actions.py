"""What planners do: design a campaign, submit the plan, and hear the decision."""

from uuid import UUID

from sqlalchemy.exc import IntegrityError

from chassis.auth import Actor
from chassis.clock import now
from chassis.database import Session
from chassis.errors import Conflict, Forbidden, Invalid, NotFound
from chassis.logs import get_logger
from chassis.outbox import publish
from contracts.campaign import CampaignApproved, CampaignReturned
from contracts.finance import ApprovalDecided
from services.campaign.audience.model import INCLUDE
from services.campaign.planning import queries
from services.campaign.planning.design import Design, problems_of
from services.campaign.planning.events import designed, submitted
from services.campaign.planning.lifecycle import State, Step
from services.campaign.planning.model import Campaign, PlanVersion
from services.campaign.planning.plan import Content, content_hash, plan_content
from services.campaign.tasks.plan import tasks_content, tasks_problems, tasks_shown

log = get_logger(__name__)

LONGEST_SUBJECT = 255


def design_campaign(session: Session, actor: Actor, design: Design) -> Campaign:
    """Begin a campaign as a draft.

    Raises Forbidden for a foreign department, Invalid for a bad design, Conflict when the code is taken.
    """
    actor.require_department(design.department)
    if problems := problems_of(design):
        raise Invalid(problems)
    _require_parent(session, design.parent_id, department=design.department)
    campaign = Campaign.begin(design, planner=_signature(actor), at=now())
    session.add(campaign)
    _keep_design(session, campaign)
    return campaign


def redesign_campaign(session: Session, actor: Actor, *, campaign: Campaign, design: Design) -> Campaign:
    """Replace the design of a draft.

    Raises Conflict once the plan was submitted, and otherwise as ``design_campaign`` does.
    """
    require_draft(campaign)
    actor.require_department(design.department)
    if problems := problems_of(design, lines={line.line_id for line in campaign.budget}):
        raise Invalid(problems)
    _require_parent(session, design.parent_id, department=design.department, child=campaign)
    campaign.take_design(design, planner=campaign.owner)
    _keep_design(session, campaign)
    return campaign


def submit_plan(session: Session, actor: Actor, *, campaign: Campaign) -> Campaign:
    """Hand the plan in for approval. Raises Conflict in a wrong state, Invalid naming what the plan lacks."""
    planned = queries.waves_in_order(session, campaign.id)
    audience = queries.audience_of(session, campaign.id)
    campaign.move(Step.SUBMIT)
    lacking = {}
    if campaign.segment_id is None and not any(one.role == INCLUDE for one in audience):
        lacking["segment_id"] = ["or another source of targets is needed before the plan can be submitted"]
    if not planned:
        lacking["waves"] = ["at least one is needed before the plan can be submitted"]
    if broken := tasks_problems(session, campaign):
        lacking["tasks"] = broken
    if lacking:
        raise Invalid(lacking)
    for wave in planned:
        if wave.starts_child:
            wave.template_hash = _hash_of_template(session, wave.template_campaign_id)
    campaign.plan_version += 1
    campaign.plan_hash = content_hash(content_of(session, campaign))
    campaign.submitted_by, campaign.submitted_at = _signature(actor), now()
    campaign.review_outcome, campaign.review_comment = None, ""
    publish(session, campaign, submitted(campaign, tasks_shown(session, campaign.id)))
    return campaign


def content_of(session: Session, campaign: Campaign) -> Content:
    """Everything that an approval of the campaign as it stands would cover."""
    waves = queries.waves_in_order(session, campaign.id)
    tasks = tasks_content(session, campaign.id)
    return plan_content(campaign, waves, queries.audience_of(session, campaign.id), tasks)


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
        content=content_of(session, campaign),
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


def require_draft(campaign: Campaign) -> None:
    """Raises Conflict once the plan was submitted."""
    if campaign.state != State.DRAFT:
        raise Conflict(f"Only a draft can be changed, and this campaign is {campaign.state}")


def _require_parent(
    session: Session, parent_id: UUID | None, *, department: str, child: Campaign | None = None
) -> None:
    """Raises Invalid unless the parent is another campaign of the department, and no part of the child."""
    above: UUID | None = parent_id
    while above is not None:
        parent = session.get(Campaign, above)
        if parent is None or parent.department != department:
            raise Invalid({"parent_id": [f"is not a campaign of department {department}"]})
        if child is not None and parent.id == child.id:
            raise Invalid({"parent_id": ["is this campaign or a part of it"]})
        above = parent.parent_id


def _hash_of_template(session: Session, campaign_id: UUID | None) -> str | None:
    template = session.get(Campaign, campaign_id) if campaign_id else None
    return content_hash(content_of(session, template)) if template else None


def _keep_design(session: Session, campaign: Campaign) -> None:
    """Publish the design and write it. The unique constraint decides where two planners take one code."""
    taken = Conflict(f"Department {campaign.department} has another campaign with the code {campaign.code}")
    if queries.code_is_taken(session, campaign):
        raise taken
    publish(session, campaign, designed(campaign))
    try:
        session.flush()
    except IntegrityError as error:
        raise taken from error
