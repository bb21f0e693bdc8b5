"""Planning the waves of a draft. Of a wave that waits for its release, the schedule may change later too."""

from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import select

from chassis.auth import Actor
from chassis.clock import now
from chassis.database import Session
from chassis.errors import Conflict, Invalid, NotFound
from chassis.outbox import publish
from services.campaign.audience.model import EXCLUDE, LISTS
from services.campaign.bulk import Row
from services.campaign.changing.record import keep_changes
from services.campaign.planning.actions import require_draft
from services.campaign.planning.checks import errors_of, wave_findings
from services.campaign.planning.events import designed
from services.campaign.planning.lifecycle import State
from services.campaign.planning.model import Campaign
from services.campaign.planning.parts import content_of
from services.campaign.planning.queries import audience_of, next_wave_number, take_campaign, waves_in_order
from services.campaign.planning.signing import signature_of
from services.campaign.waves.model import PLANNED, STARTED, Wave
from services.campaign.waves.plan import WavePlan, problems_of

ENDED = (State.COMPLETED, State.CLOSED, State.CANCELLED)


def plan_wave(session: Session, actor: Actor, *, campaign_id: UUID, plan: WavePlan) -> Wave:
    """Add a wave to a draft; it gets the next number. Raises Conflict for no draft, and Invalid."""
    campaign = take_campaign(session, actor, campaign_id)
    require_draft(campaign)
    _check(session, campaign, plan, number=None)
    number = next_wave_number(session, campaign_id)
    wave = Wave(campaign_id=campaign_id, number=number, state=PLANNED, **_values(plan))
    session.add(wave)
    publish(session, campaign, designed(campaign))
    return wave


def change_wave(session: Session, actor: Actor, *, campaign: Campaign, wave: Wave, plan: WavePlan) -> Wave:
    """Replace the plan of a wave that is not released. A schedule that moves after the approval is kept.

    Raises Conflict once it is released, while its plan is in review, or when more than the schedule changes
    after the approval; and Invalid.
    """
    if wave.state != PLANNED or campaign.state in ENDED:
        raise Conflict(f"The wave is {wave.state}, and its campaign {campaign.state}")
    _check(session, campaign, plan, number=wave.number)
    values = _values(plan)
    changed = [name for name, value in values.items() if getattr(wave, name) != value]
    if campaign.state != State.DRAFT and set(changed) - {"schedule_row"}:
        raise Conflict(f"Only the schedule of a wave changes while its campaign is {campaign.state}")
    if campaign.state == State.IN_REVIEW:
        raise Conflict("The plan is in review, and what is judged does not change")
    before = content_of(session, campaign)
    for name in changed:
        setattr(wave, name, values[name])
    if campaign.state == State.DRAFT:
        publish(session, campaign, designed(campaign))
    else:
        if problems := errors_of(wave_findings(campaign, [wave])):
            raise Invalid(problems)
        keep_changes(session, campaign, before=before, by=signature_of(actor), reason="")
    return wave


def drop_wave(session: Session, actor: Actor, *, campaign_id: UUID, wave_id: UUID) -> None:
    """Take a wave out of a draft. Raises Conflict when it is no draft, or another wave comes after it."""
    campaign = take_campaign(session, actor, campaign_id)
    require_draft(campaign)
    wave = find_wave(session, campaign_id=campaign_id, wave_id=wave_id)
    follower = session.scalar(select(Wave.number).where(Wave.after_id == wave_id).limit(1))
    if follower is not None:
        raise Conflict(f"Wave {follower} comes after this one")
    session.delete(wave)
    publish(session, campaign, designed(campaign))


def find_wave(session: Session, *, campaign_id: UUID, wave_id: UUID) -> Wave:
    """The wave as it is stored. Raises NotFound when the campaign has no such wave."""
    wave = session.get(Wave, wave_id, populate_existing=True)
    if wave is None or wave.campaign_id != campaign_id:
        raise NotFound("wave", wave_id)
    return wave


def _values(plan: WavePlan) -> Row:
    return {
        "action": plan.action,
        "channel": plan.channel,
        "template_id": plan.template_id,
        "schedule_row": _plain(plan.schedule),
        "trial_row": _plain(plan.trial),
        "after_id": plan.after_id,
        "answer_classes": sorted(set(plan.answer_classes)),
        "silent_days": plan.silent_days,
        "score_at_least": plan.score_at_least,
        "score_below": plan.score_below,
        "release": plan.release,
        "wait_days": plan.waits,
        "template_campaign_id": plan.template_campaign_id,
        "child": plan.child,
        "unit_cost": plan.unit_cost,
        "budget_line_id": plan.budget_line_id,
    }


def _plain(part: msgspec.Struct | None) -> dict[str, Any] | None:
    return None if part is None else msgspec.to_builtins(part)


def _check(session: Session, campaign: Campaign, plan: WavePlan, *, number: int | None) -> None:
    problems = problems_of(plan)
    if plan.after_id is not None and "after_id" not in problems:
        earlier = session.get(Wave, plan.after_id)
        if earlier is None or earlier.campaign_id != campaign.id or not earlier.sends:
            problems["after_id"] = ["is not a wave of this campaign that sends something"]
        elif number is not None and earlier.number >= number:
            problems["after_id"] = ["is not an earlier wave"]
    if plan.budget_line_id is not None and plan.budget_line_id not in {
        one.line_id for one in campaign.budget
    }:
        problems.setdefault("budget_line_id", ["is not a line of this campaign"])
    expires = plan.schedule.expires_at if plan.schedule else None
    if expires is not None and expires <= now():
        problems.setdefault("schedule.expires_at", ["has passed"])
    if plan.template_campaign_id is not None and not problems:
        problems |= _template_problems(session, campaign, plan)
    if problems:
        raise Invalid(problems)


def _template_problems(session: Session, campaign: Campaign, plan: WavePlan) -> dict[str, list[str]]:
    template = session.get(Campaign, plan.template_campaign_id)
    if template is None or template.department != campaign.department or template.id == campaign.id:
        return {"template_campaign_id": ["is not another campaign of the department"]}
    lists = [one for one in audience_of(session, template.id) if one.role == EXCLUDE and one.kind in LISTS]
    if lists:
        return {"template_campaign_id": ["keeps contacts off by a list, which cannot be taken over"]}
    if plan.child == STARTED and template.total:
        return {"child": ["cannot be started: the template has a budget, which needs an approval of its own"]}
    if plan.child == STARTED and not waves_in_order(session, template.id):
        return {"child": ["cannot be started: the template has no wave"]}
    return {}
