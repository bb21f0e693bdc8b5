"""Amendments: changes beyond what was approved, decided by the desk while the campaign goes on as it is.

An amendment is the next version of the plan, so a decision is about it only where version and hash agree.
It outlives a pause, and the end of the campaign too, since costs are settled after that; with a campaign
that is given up it lapses.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

import msgspec

from chassis.auth import Actor
from chassis.clock import now
from chassis.database import Session
from chassis.errors import Conflict, Invalid
from chassis.ids import new_id
from chassis.logs import get_logger
from chassis.metrics import counter
from chassis.outbox import publish
from contracts.campaign import CampaignAmendmentClosed, CampaignSubmitted
from contracts.finance import ApprovalDecided, ApprovalVoided
from services.campaign.catalogue.model import PURCHASES
from services.campaign.changing import model
from services.campaign.changing.buying import proposed_purchases, take_purchases
from services.campaign.changing.model import Amendment
from services.campaign.changing.proposals import (
    Values,
    changed_campaign,
    changed_design,
    findings,
    from_plain,
    new_errors,
    to_plain,
    with_values,
)
from services.campaign.changing.queries import open_amendment
from services.campaign.changing.record import keep_changes
from services.campaign.planning.design import Design
from services.campaign.planning.events import submitted
from services.campaign.planning.lifecycle import State
from services.campaign.planning.model import Campaign, PlanVersion
from services.campaign.planning.parts import Parts, content_of, content_with, parts_of
from services.campaign.planning.plan import Content, content_hash
from services.campaign.planning.signing import require_owner, signature_of
from services.campaign.procurement.items import AskedItem
from services.campaign.tasks.plan import tasks_shown

log = get_logger(__name__)

Ending = Literal["rejected", "sent_back", "withdrawn", "lapsed"]

AMENDABLE = (State.APPROVED, State.STARTING, State.RUNNING, State.PAUSED, State.COMPLETED)

amendments_total = counter(
    "campaign_amendments_total",
    "Amendments of approved plans, by what became of them.",
    ("state",),
    starts=((one,) for one in model.STATES),
)


def propose_amendment(
    session: Session,
    actor: Actor,
    *,
    campaign: Campaign,
    values: Values,
    reason: str,
    purchases: Sequence[AskedItem] | None = None,
) -> Amendment:
    """Hand in a change of an approved plan as its next version. The campaign goes on under the present one.

    ``purchases``, where given, are all that shall be bought then, from lines that it adds among others.

    Raises Forbidden unless the actor owns the campaign or administers, Conflict in a wrong state or while
    another amendment waits, Invalid for values that break a rule or change nothing.
    """
    require_owner(actor, campaign)
    _require_amendable(session, campaign)
    after = changed_campaign(campaign, changed_design(session, campaign, values))
    before = parts_of(session, campaign)
    parts = _parts_after(session, after, before, purchases)
    known = findings(session, campaign, before)
    if problems := new_errors(known, findings(session, after, parts)):
        raise Invalid(problems)
    content = content_with(after, parts)
    if content == content_with(campaign, before):
        raise Invalid({"changes": ["change nothing"]})
    amendment = _kept(campaign, after, content, by=signature_of(actor))
    amendment.reason, amendment.changes = reason, to_plain(values, changed=after)
    if purchases is not None:
        amendment.changes |= {PURCHASES: [one.content() for one in parts.purchases]}
    session.add(amendment)
    publish(session, campaign, _submitted(after, parts, amendment))
    amendments_total.labels(state=model.PENDING).inc()
    return amendment


def _parts_after(
    session: Session, after: Campaign, before: Parts, purchases: Sequence[AskedItem] | None
) -> Parts:
    if purchases is None:
        return before
    rows = proposed_purchases(session, after, asked=purchases, present=before.purchases)
    return replace(before, purchases=rows)


def _kept(campaign: Campaign, after: Campaign, content: Content, *, by: str) -> Amendment:
    """An amendment that waits, as the next version of the plan, with ``after`` as what is handed in."""
    campaign.plan_version += 1
    after.plan_version, after.plan_hash = campaign.plan_version, content_hash(content)
    after.submitted_by, after.submitted_at = by, now()
    return Amendment(
        id=new_id(),
        campaign_id=campaign.id,
        plan_version=after.plan_version,
        plan_hash=after.plan_hash,
        state=model.PENDING,
        content=content,
        made_by=after.submitted_by,
        made_at=after.submitted_at,
        comment="",
    )


def _submitted(after: Campaign, parts: Parts, amendment: Amendment) -> CampaignSubmitted:
    return submitted(
        after,
        parts.purchases,
        tasks=tasks_shown(parts.tasks),
        amendment_id=amendment.id,
        reason=amendment.reason,
    )


def decide_amendment(session: Session, campaign: Campaign, event: ApprovalDecided) -> bool:
    """Take the desk's decision where it is about the campaign's open amendment. Returns whether it is."""
    amendment = open_amendment(session, campaign.id)
    if amendment is None or (amendment.plan_version, amendment.plan_hash) != (
        event.subject_version,
        event.subject_hash,
    ):
        return False
    amendment.close(
        event.outcome,
        at=event.decided_at,
        by=event.decided_by,
        approval_id=event.approval_id,
        comment=event.comment,
    )
    if event.outcome == "approved":
        _take_effect(session, campaign, amendment, event)
    else:
        _publish_closed(session, campaign, amendment)
    amendments_total.labels(state=amendment.state).inc()
    return True


def withdraw_amendment(session: Session, campaign: Campaign, event: ApprovalVoided) -> bool:
    """Close the open amendment whose approval was withdrawn at the desk. Returns whether that is it."""
    amendment = open_amendment(session, campaign.id)
    if amendment is None or amendment.plan_version != event.subject_version:
        return False
    amendment.close(model.WITHDRAWN, at=event.voided_at, approval_id=event.approval_id, comment=event.reason)
    _publish_closed(session, campaign, amendment)
    amendments_total.labels(state=model.WITHDRAWN).inc()
    return True


def lapse_amendment(session: Session, campaign: Campaign) -> None:
    """Close the open amendment of a campaign that has come to its end, if there is one."""
    amendment = open_amendment(session, campaign.id)
    if amendment is None:
        return
    amendment.close(model.LAPSED, at=now(), comment=f"The campaign is {campaign.state}")
    _publish_closed(session, campaign, amendment)
    amendments_total.labels(state=model.LAPSED).inc()


def amended(campaign: Campaign, amendment: Amendment) -> Design:
    """The campaign's design as the amendment makes it. It was checked when it was handed in."""
    return with_values(campaign.design(), from_plain(amendment.changes))


def _require_amendable(session: Session, campaign: Campaign) -> None:
    if campaign.state not in AMENDABLE:
        raise Conflict(f"A plan is amended once it is approved, and this campaign is {campaign.state}")
    if (waiting := open_amendment(session, campaign.id)) is not None:
        raise Conflict(f"Version {waiting.plan_version} of the plan waits for approval already")


def _take_effect(session: Session, campaign: Campaign, amendment: Amendment, event: ApprovalDecided) -> None:
    before = content_of(session, campaign)
    campaign.take_design(amended(campaign, amendment), planner=campaign.owner)
    take_purchases(session, campaign, amendment)
    campaign.plan_hash, campaign.approved_at = amendment.plan_hash, event.decided_at
    campaign.submitted_by, campaign.submitted_at = amendment.made_by, amendment.made_at
    frozen = PlanVersion(
        campaign_id=campaign.id,
        number=amendment.plan_version,
        plan_hash=amendment.plan_hash,
        content=amendment.content,
        approval_id=event.approval_id,
        approved_by=event.decided_by,
        approved_at=event.decided_at,
    )
    session.add(frozen)
    keep_changes(
        session,
        campaign,
        before=before,
        by=amendment.made_by,
        reason=amendment.reason,
        amendment_id=amendment.id,
    )


def _publish_closed(session: Session, campaign: Campaign, amendment: Amendment) -> None:
    assert amendment.closed_at is not None
    closed = CampaignAmendmentClosed(
        campaign_id=campaign.id,
        amendment_id=amendment.id,
        plan_version=amendment.plan_version,
        outcome=msgspec.convert(amendment.state, Ending),
        comment=amendment.comment,
        at=amendment.closed_at,
    )
    publish(session, campaign, closed)
    log.info(
        "amendment_closed", campaign_id=str(campaign.id), amendment=str(amendment.id), state=closed.outcome
    )
