"""Opens a sub-campaign from a template, for those whom a wave picked.

It is a draft, to be approved by itself, where its template has a budget of its own. Where it spends
nothing of its own and was laid open with the plan of the campaign above it (the hash of its content is
in that plan), the approval of that plan covers it, and it may be started at once: nobody has to approve
twice what they have seen once, and nothing is spent that nobody has approved.
"""

from uuid import UUID

from sqlalchemy import cast, func, insert, select
from sqlalchemy import literal as value

from chassis.clock import now
from chassis.database import Session
from chassis.errors import Conflict
from chassis.ids import new_id
from chassis.logs import get_logger
from chassis.outbox import publish
from contracts.campaign import CampaignApproved
from services.campaign.audience.model import EXCLUDE, INCLUDE, WAVE, AudienceEntry, AudienceSource
from services.campaign.launch.actions import begin_start
from services.campaign.launch.model import Target
from services.campaign.planning.actions import content_of
from services.campaign.planning.events import designed
from services.campaign.planning.lifecycle import State, Step
from services.campaign.planning.model import DESIGNED, Campaign, PlanVersion
from services.campaign.planning.plan import content_hash
from services.campaign.planning.queries import audience_of, code_is_taken, waves_in_order
from services.campaign.waves.model import Wave, WaveRecipient

log = get_logger(__name__)

LONGEST_CODE = 64
DEEPEST = 10
"""Most campaigns that one lies below."""

COPIED_OF_WAVES = (
    *("number", "channel", "template_id", "action", "schedule_row", "trial_row", "answer_classes"),
    *("silent_days", "score_at_least", "score_below", "release", "wait_days", "template_campaign_id"),
    *("template_hash", "child"),
)


def open_sub_campaign(session: Session, campaign: Campaign, wave: Wave) -> Campaign:
    """A campaign below ``campaign`` with the wave's recipients as its audience, a draft or on its way.

    Raises Conflict when the template is gone, or campaigns lie too deep in one another.
    """
    _require_depth(session, campaign)
    template = session.get(Campaign, wave.template_campaign_id)
    if template is None or template.department != campaign.department:
        raise Conflict("The template of the sub-campaign is not there any more")
    covered = wave.starts_child and _is_covered(session, campaign, template, wave)
    child = _copy(session, template, above=campaign, number=wave.number)
    session.add(child)
    publish(session, child, designed(child))
    session.flush()
    _copy_waves(session, template, child)
    _copy_audience(session, template, child, wave)
    wave.child_id = child.id
    if covered:
        _approve_with(session, campaign, child)
    elif wave.starts_child:
        log.warning("sub_campaign_left_as_draft", campaign_id=str(campaign.id), child_id=str(child.id))
    return child


def _require_depth(session: Session, campaign: Campaign) -> None:
    depth, above = 1, campaign
    while above.parent_id is not None:
        depth, above = depth + 1, session.get_one(Campaign, above.parent_id)
    if depth > DEEPEST:
        raise Conflict(f"The campaign lies below {DEEPEST} others already")


def _is_covered(session: Session, campaign: Campaign, template: Campaign, wave: Wave) -> bool:
    """Whether the template is still what was laid open with the approved plan, and spends nothing."""
    return not template.total and wave.template_hash == content_hash(content_of(session, template))


def _copy(session: Session, template: Campaign, *, above: Campaign, number: int) -> Campaign:
    at = now()
    child = Campaign(
        **{name: getattr(template, name) for name in DESIGNED},
        owner=above.owner,
        goal_rows=list(template.goal_rows),
        budget_rows=[{**row, "line_id": str(new_id())} for row in template.budget_rows],
        state=State.DRAFT,
        created_by="service:campaign",
        created_at=at,
        plan_version=0,
        review_comment="",
        start_problem="",
    )
    child.parent_id, child.segment_id = above.id, None
    child.starts_on, child.ends_on = at.date(), at.date() + (template.ends_on - template.starts_on)
    child.name = f"{template.name} ({above.code}, wave {number})"[:200]
    for attempt in range(1, 1000):
        ending = f"-{number}" if attempt == 1 else f"-{number}-{attempt}"
        child.code = above.code[: LONGEST_CODE - len(ending)] + ending
        if not code_is_taken(session, child):
            return child
    raise Conflict(f"Department {above.department} has no code left that begins with {above.code}")


def _copy_waves(session: Session, template: Campaign, child: Campaign) -> None:
    copies: dict[UUID | None, UUID] = {}
    for wave in waves_in_order(session, template.id):
        values = {name: getattr(wave, name) for name in COPIED_OF_WAVES}
        copy = Wave(campaign_id=child.id, after_id=copies.get(wave.after_id), **values)
        copies[wave.id] = copy.id
        session.add(copy)
        session.flush()


def _copy_audience(session: Session, template: Campaign, child: Campaign, wave: Wave) -> None:
    """The wave's recipients come first; what keeps contacts off by rule is taken over from the template."""
    source = AudienceSource(campaign_id=child.id, position=0, role=INCLUDE, kind=WAVE, other_id=wave.id)
    source.entries = wave.targets or 0
    session.add(source)
    against = [one for one in audience_of(session, template.id) if one.role == EXCLUDE]
    for position, one in enumerate(against, start=1):
        rule = {"kind": one.kind, "segment_id": one.segment_id, "other_id": one.other_id, "days": one.days}
        session.add(AudienceSource(campaign_id=child.id, position=position, role=EXCLUDE, **rule))
    session.flush()
    place = func.row_number().over(order_by=WaveRecipient.target_id)
    picked = (
        select(
            value(source.id, AudienceEntry.source_id.type),
            cast(place, AudienceEntry.place.type),
            WaveRecipient.contact_id,
            Target.region,
        )
        .join(Target, Target.id == WaveRecipient.target_id)
        .where(WaveRecipient.wave_id == wave.id)
    )
    columns = ["source_id", "place", "contact_id", "region"]
    session.connection().execute(insert(AudienceEntry).from_select(columns, picked))


def _approve_with(session: Session, campaign: Campaign, child: Campaign) -> None:
    """Approve the child by the approval of the campaign above it, and start it."""
    above = session.get_one(PlanVersion, (campaign.id, campaign.plan_version))
    content = content_of(session, child)
    child.plan_version, child.plan_hash = 1, content_hash(content)
    child.submitted_by, child.submitted_at = campaign.submitted_by, campaign.submitted_at
    child.review_outcome, child.approved_at = "approved", above.approved_at
    child.move(Step.SUBMIT)
    child.move(Step.APPROVE)
    frozen = PlanVersion(
        campaign_id=child.id,
        number=1,
        plan_hash=child.plan_hash,
        content=content,
        approval_id=above.approval_id,
        approved_by=above.approved_by,
        approved_at=above.approved_at,
    )
    session.add(frozen)
    approved = CampaignApproved(
        campaign_id=child.id, plan_version=1, approval_id=above.approval_id, approved_at=above.approved_at
    )
    publish(session, child, approved)
    begin_start(session, child)
