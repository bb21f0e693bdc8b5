"""What planners do: design a campaign, submit the plan, and hear the decision."""

from typing import Literal
from uuid import UUID

import msgspec
from sqlalchemy.exc import IntegrityError

from chassis.auth import Actor
from chassis.clock import now
from chassis.database import Session
from chassis.errors import Conflict, Invalid, NotFound
from chassis.logs import get_logger
from chassis.outbox import publish
from contracts.campaign import CampaignApproved, CampaignReturned
from contracts.finance import ApprovalDecided, ApprovalVoided
from services.campaign.catalogue.queries import code_problems
from services.campaign.changing.amendments import decide_amendment, withdraw_amendment
from services.campaign.planning import queries
from services.campaign.planning.checks import Finding, errors_of, findings_of
from services.campaign.planning.design import Design, problems_of
from services.campaign.planning.events import designed, submitted
from services.campaign.planning.lifecycle import State, Step
from services.campaign.planning.model import Campaign, PlanVersion
from services.campaign.planning.parts import content_of, content_with, parts_of
from services.campaign.planning.plan import content_hash
from services.campaign.planning.relatives import relatives_of
from services.campaign.planning.signing import signature_of
from services.campaign.tasks.plan import tasks_shown

log = get_logger(__name__)

Outcome = Literal["rejected", "sent_back", "withdrawn"]


def design_campaign(session: Session, actor: Actor, design: Design) -> Campaign:
    """Begin a campaign as a draft.

    Raises Forbidden for a foreign department, Invalid for a bad design, Conflict when the code is taken.
    """
    actor.require_department(design.department)
    if problems := problems_of(design):
        raise Invalid(problems)
    _require_codes(session, design)
    require_parent(session, design.parent_id, department=design.department)
    campaign = Campaign.begin(design, planner=signature_of(actor), at=now())
    session.add(campaign)
    keep_design(session, campaign)
    return campaign


def redesign_campaign(session: Session, actor: Actor, *, campaign: Campaign, design: Design) -> Campaign:
    """Replace the design of a draft.

    Raises Conflict once the plan was submitted, and otherwise as ``design_campaign`` does.
    """
    require_draft(campaign)
    actor.require_department(design.department)
    if problems := problems_of(design, lines={line.line_id for line in campaign.budget}):
        raise Invalid(problems)
    _require_codes(session, design, kept=campaign.design())
    require_parent(session, design.parent_id, department=design.department, child=campaign)
    campaign.take_design(design, planner=campaign.owner)
    keep_design(session, campaign)
    return campaign


def submit_plan(session: Session, actor: Actor, *, campaign: Campaign) -> Campaign:
    """Hand the plan in for approval.

    Raises Conflict in a wrong state or for a template, Invalid naming what of the plan does not add up.
    """
    require_no_template(campaign)
    campaign.move(Step.SUBMIT)
    parts = parts_of(session, campaign)
    if problems := errors_of(findings_of(campaign, parts, relatives_of(session, campaign))):
        raise Invalid(problems)
    for wave in parts.waves:
        if wave.starts_child:
            wave.template_hash = _hash_of_template(session, wave.template_campaign_id)
    campaign.plan_version += 1
    campaign.plan_hash = content_hash(content_with(campaign, parts))
    campaign.submitted_by, campaign.submitted_at = signature_of(actor), now()
    campaign.review_outcome, campaign.review_comment = None, ""
    publish(session, campaign, submitted(campaign, parts.purchases, tasks=tasks_shown(parts.tasks)))
    return campaign


def check_plan(session: Session, campaign: Campaign) -> list[Finding]:
    """What of the plan as it stands does not add up."""
    return findings_of(campaign, parts_of(session, campaign), relatives_of(session, campaign))


def apply_decision(session: Session, event: ApprovalDecided) -> None:
    """Take the desk's decision on a plan. One that is not about the plan as it now stands changes nothing."""
    campaign = queries.lock_campaign(session, event.subject_id)
    if campaign is None:
        raise NotFound("campaign", event.subject_id)
    if decide_amendment(session, campaign, event):
        return
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
        _return(session, campaign, event.approval_id, comment=event.comment)


def take_back(session: Session, event: ApprovalVoided) -> None:
    """Take the news that the desk closed an approval without a decision, because it was withdrawn there.

    One that had to give way, to a later plan or because the campaign was given up, changes nothing.
    """
    campaign = queries.lock_campaign(session, event.subject_id)
    if campaign is None:
        raise NotFound("campaign", event.subject_id)
    if withdraw_amendment(session, campaign, event):
        return
    if campaign.state == State.IN_REVIEW and event.subject_version == campaign.plan_version:
        campaign.review_outcome, campaign.review_comment = "withdrawn", event.reason
        _return(session, campaign, event.approval_id, comment=event.reason)


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


def _return(session: Session, campaign: Campaign, approval_id: UUID, *, comment: str) -> None:
    campaign.move(Step.RETURN)
    returned = CampaignReturned(
        campaign_id=campaign.id,
        plan_version=campaign.plan_version,
        approval_id=approval_id,
        outcome=msgspec.convert(campaign.review_outcome, Outcome),
        comment=comment,
    )
    publish(session, campaign, returned)


def require_draft(campaign: Campaign) -> None:
    """Raises Conflict once the plan was submitted."""
    if campaign.state != State.DRAFT:
        raise Conflict(f"Only a draft can be changed, and this campaign is {campaign.state}")


def require_no_template(campaign: Campaign) -> None:
    """Raises Conflict for a template."""
    if campaign.is_template:
        raise Conflict("The campaign is a template, which is only there to be copied")


def _require_codes(session: Session, design: Design, *, kept: Design | None = None) -> None:
    """Raises Invalid where the design names codes that are not active, nor the campaign's already."""
    if unknown := code_problems(session, design.uses, kept=kept.uses if kept else ()):
        raise Invalid(unknown)


def require_parent(
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


def keep_design(session: Session, campaign: Campaign) -> None:
    """Publish the design and write it. The unique constraint decides where two planners take one code."""
    taken = Conflict(f"Department {campaign.department} has another campaign with the code {campaign.code}")
    if queries.code_is_taken(session, code=campaign.code, department=campaign.department, but=campaign.id):
        raise taken
    publish(session, campaign, designed(campaign))
    try:
        session.flush()
    except IntegrityError as error:
        raise taken from error
