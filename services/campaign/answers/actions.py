"""Keeping and judging answers: those that come in by themselves, and those that people write down."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

import msgspec

from chassis.auth import Actor
from chassis.clock import now
from chassis.database import Session
from chassis.errors import Conflict, Invalid, NotYet
from chassis.ids import new_id
from chassis.logs import get_logger
from chassis.metrics import counter
from chassis.outbox import publish
from contracts.campaign import CampaignResponded
from contracts.outreach import AnswerReceived
from services.campaign.answers.model import VERDICTS, Response
from services.campaign.answers.progress import progress_targets
from services.campaign.answers.queries import find_response
from services.campaign.answers.recipients import last_wave_to, settle_recipient
from services.campaign.answers.reports import target_of
from services.campaign.answers.verdicts import verdict_of
from services.campaign.launch.model import RESPONDED, Target
from services.campaign.planning.design import score_problem
from services.campaign.planning.lifecycle import State
from services.campaign.planning.model import Campaign
from services.campaign.planning.queries import lock_campaign, take_campaign
from services.campaign.sharing.actions import mark_worked
from services.campaign.sharing.queries import require_work
from services.campaign.waves.model import Wave

log = get_logger(__name__)

answers_total = counter(
    "answers_judged_total",
    "Answers of targets by the verdict on them; a machine's are not counted as answers.",
    ("verdict",),
    starts=((verdict,) for verdict in (*VERDICTS, "machine")),
)

ANSWERABLE = (State.RUNNING, State.PAUSED, State.COMPLETED)
"""The states in which answers are written down by hand. Those that come in by themselves always count."""

LONGEST_NOTE = 2000
"""What the event carries of a note."""


def record_response(
    session: Session,
    actor: Actor,
    *,
    campaign_id: UUID,
    target_id: UUID,
    kind: str,
    verdict: str,
    note: str = "",
    wave_id: UUID | None = None,
    score: Decimal | None = None,
    responded_at: datetime | None = None,
) -> Response:
    """Write down an answer that a person heard or holds in hand, to the wave that went to the target last.

    Raises NotFound, Conflict before the launch or after a cancellation, Forbidden for a target that another
    works, Invalid for one that is not on the campaign's list, a wave of another campaign, a score that is
    none, or a moment outside of the campaign's time.
    """
    campaign = take_campaign(session, actor, campaign_id)
    if campaign.state not in ANSWERABLE:
        raise Conflict(f"A campaign that is {campaign.state} takes no answers by hand")
    target = target_of(session, campaign_id=campaign_id, target_id=target_id)
    require_work(session, actor, campaign=campaign, target_id=target_id)
    if target is None:
        raise Invalid({"target_id": ["is not a target of this campaign"]})
    if problem := score_problem(score):
        raise Invalid({"score": [problem]})
    if responded_at is not None and not _since_start(campaign, responded_at):
        raise Invalid({"responded_at": ["lies before the start of the campaign, or in the future"]})
    at = responded_at or now()
    response = Response(
        id=new_id(),
        campaign_id=campaign_id,
        target_id=target_id,
        contact_id=target.contact_id,
        wave_id=_wave_answered(session, target, wave_id, at=at),
        kind=kind,
        verdict=verdict,
        note=note,
        url="",
        recorded_by=actor.subject,
        responded_at=at,
        score=score,
    )
    _keep_response(session, campaign, response)
    mark_worked(session, target_id)
    return response


def take_answer(session: Session, event: AnswerReceived) -> None:
    """Judge and keep an answer that came in by itself. What a machine did is nobody's answer.

    Raises NotYet for an unknown target.
    """
    if event.machine:
        answers_total.labels(verdict="machine").inc()
        log.info("answer_of_machine_ignored", campaign_id=str(event.campaign_id), kind=event.kind)
        return
    campaign = lock_campaign(session, event.campaign_id)
    target = target_of(session, campaign_id=event.campaign_id, target_id=event.target_id)
    if campaign is None or target is None:
        raise NotYet(f"target {event.target_id} of campaign {event.campaign_id} is not known")
    if session.get(Response, event.answer_id) is not None:
        return
    response = Response(
        id=event.answer_id,
        campaign_id=event.campaign_id,
        target_id=event.target_id,
        contact_id=target.contact_id,
        wave_id=event.wave_id,
        kind=event.kind,
        verdict=verdict_of(kind=event.kind, interested=event.interested, score=event.score, rules=campaign),
        note=event.note,
        url=event.url,
        recorded_by="outreach",
        responded_at=event.received_at,
        score=event.score,
        sides=[msgspec.to_builtins(side) for side in event.sides],
        form_id=event.form_id,
    )
    _keep_response(session, campaign, response)


def judge_response(
    session: Session, actor: Actor, *, campaign_id: UUID, response_id: UUID, verdict: str, note: str = ""
) -> Response:
    """Pass another verdict on an answer than the rules did, with a note put behind its own.

    Raises NotFound, Forbidden when another works its target, Conflict before the launch.
    """
    campaign = take_campaign(session, actor, campaign_id)
    if campaign.state not in ANSWERABLE:
        raise Conflict(f"A campaign that is {campaign.state} judges no answers")
    response = find_response(session, campaign_id=campaign_id, response_id=response_id)
    require_work(session, actor, campaign=campaign, target_id=response.target_id)
    response.verdict, response.judged_by, response.judged_at = verdict, actor.subject, now()
    if note:
        response.note = f"{response.note}\n{note}".strip()[:LONGEST_NOTE]
    _tell(session, campaign, response)
    mark_worked(session, response.target_id)
    return response


def _wave_answered(session: Session, target: Target, wave_id: UUID | None, *, at: datetime) -> UUID | None:
    """The wave that was named, or the one that went to the target last. Raises Invalid for a foreign one."""
    if wave_id is None:
        return last_wave_to(session, campaign_id=target.campaign_id, target_id=target.id, at=at)
    wave = session.get(Wave, wave_id)
    if wave is None or wave.campaign_id != target.campaign_id:
        raise Invalid({"wave_id": ["is not a wave of this campaign"]})
    return wave_id


def _since_start(campaign: Campaign, moment: datetime) -> bool:
    return campaign.started_at is not None and campaign.started_at <= moment <= now()


def _keep_response(session: Session, campaign: Campaign, response: Response) -> None:
    session.add(response)
    _tell(session, campaign, response)
    progress_targets(
        session, campaign, status=RESPONDED, at_by_target={response.target_id: response.responded_at}
    )


def _tell(session: Session, campaign: Campaign, response: Response) -> None:
    session.flush()
    settle_recipient(session, wave_id=response.wave_id, target_id=response.target_id)
    answers_total.labels(verdict=response.verdict).inc()
    responded = CampaignResponded(
        campaign_id=campaign.id,
        department=campaign.department,
        response_id=response.id,
        target_id=response.target_id,
        contact_id=response.contact_id,
        kind=response.kind,  # type: ignore[arg-type]
        verdict=response.verdict,  # type: ignore[arg-type]
        note=response.note,
        responded_at=response.responded_at,
        score=response.score,
        wants_lead=campaign.makes_leads_at_once,
    )
    publish(session, campaign, responded)
