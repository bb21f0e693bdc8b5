"""Opens a sub-campaign from a template, for those whom a wave picked.

It is a draft, to be approved by itself, where its template has a budget of its own. Where it spends
nothing of its own and was laid open with the plan of the campaign above it (the hash of its content is
in that plan), the approval of that plan covers it, and it may be started at once: nobody has to approve
twice what they have seen once, and nothing is spent that nobody has approved.
"""

from sqlalchemy import cast, func, insert, select
from sqlalchemy import literal as value

from chassis.clock import now
from chassis.database import Session
from chassis.errors import Conflict
from chassis.logs import get_logger
from chassis.outbox import publish
from contracts.campaign import CampaignApproved
from services.campaign.audience.model import INCLUDE, WAVE, AudienceEntry, AudienceSource
from services.campaign.copying.actions import Copy, begin_copy, copy_parts
from services.campaign.copying.parts import copy_exclusions
from services.campaign.launch.actions import begin_start
from services.campaign.launch.model import Target
from services.campaign.planning.events import designed
from services.campaign.planning.lifecycle import Step
from services.campaign.planning.model import Campaign, PlanVersion
from services.campaign.planning.parts import content_of
from services.campaign.planning.plan import content_hash
from services.campaign.planning.queries import approved_plan, code_is_taken
from services.campaign.waves.model import Wave, WaveRecipient

log = get_logger(__name__)

LONGEST_CODE = 64
DEEPEST = 10
"""Most campaigns that one lies below."""


def open_sub_campaign(session: Session, campaign: Campaign, wave: Wave) -> Campaign:
    """A campaign below ``campaign`` with the wave's recipients as its audience, a draft or on its way.

    Raises Conflict when the template is gone, or campaigns lie too deep in one another.
    """
    _require_depth(session, campaign)
    template = session.get(Campaign, wave.template_campaign_id)
    if template is None or template.department != campaign.department:
        raise Conflict("The template of the sub-campaign is not there any more")
    covered = wave.starts_child and _is_covered(session, campaign, template, wave)
    copied = begin_copy(template, _wanted(session, template, above=campaign, number=wave.number))
    child = copied.copy
    session.add(child)
    publish(session, child, designed(child))
    session.flush()
    copy_parts(session, copied)
    copy_exclusions(session, copied)
    _put_on(session, child, wave)
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


def _wanted(session: Session, template: Campaign, *, above: Campaign, number: int) -> Copy:
    return Copy(
        code=_free_code(session, above, number=number),
        name=f"{template.name} ({above.code}, wave {number})"[:200],
        starts_on=now().date(),
        owner=above.owner,
        created_by="service:campaign",
        parent_id=above.id,
    )


def _free_code(session: Session, above: Campaign, *, number: int) -> str:
    for attempt in range(1, 1000):
        ending = f"-{number}" if attempt == 1 else f"-{number}-{attempt}"
        code = above.code[: LONGEST_CODE - len(ending)] + ending
        if not code_is_taken(session, code=code, department=above.department):
            return code
    raise Conflict(f"Department {above.department} has no code left that begins with {above.code}")


def _put_on(session: Session, child: Campaign, wave: Wave) -> None:
    """The wave's recipients come before what keeps contacts off."""
    source = AudienceSource(campaign_id=child.id, position=0, role=INCLUDE, kind=WAVE, other_id=wave.id)
    source.entries = wave.targets or 0
    session.add(source)
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
    above = approved_plan(session, campaign.id)
    assert above is not None
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
