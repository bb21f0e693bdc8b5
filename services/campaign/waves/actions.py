"""Releasing a wave: it picks its recipients, once each, and they are sent to, made leads, or a campaign.

The campaign stays locked meanwhile, so that what is told is exactly what was picked. Answers that come
later do not change what has gone.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CursorResult, insert

from chassis.auth import Actor
from chassis.clock import now
from chassis.database import Session
from chassis.errors import Conflict, NotFound
from chassis.logs import get_logger
from chassis.metrics import counter
from chassis.outbox import publish
from contracts.campaign import LeadsWanted, WantedContact
from contracts.outreach import MailingFinished
from services.campaign.planning.lifecycle import State
from services.campaign.planning.model import Campaign
from services.campaign.planning.plan import plain
from services.campaign.planning.queries import lock_campaign, take_campaign
from services.campaign.waves.choosing import COLUMNS, chosen
from services.campaign.waves.due import schedule_followers
from services.campaign.waves.funds import ask_for_funds
from services.campaign.waves.model import (
    ACTIONS,
    FINISHED,
    FUNDING,
    LEADS,
    OPPORTUNITIES,
    OUTREACH,
    PLANNED,
    RELEASED,
    SUB_CAMPAIGN,
    Wave,
    WaveRecipient,
)
from services.campaign.waves.planning import find_wave
from services.campaign.waves.queries import picked_pages
from services.campaign.waves.sending import let_out
from services.campaign.waves.subcampaigns import open_sub_campaign

log = get_logger(__name__)

released_total = counter(
    "waves_released_total",
    "Waves released, by what they do.",
    ("action",),
    starts=((one,) for one in ACTIONS),
)
picked_total = counter(
    "wave_recipients_total",
    "Targets that waves picked, by what they do.",
    ("action",),
    starts=((one,) for one in ACTIONS),
)

Release = Callable[[Session, Campaign, Wave], int]


def release_wave(session: Session, actor: Actor, *, campaign_id: UUID, wave_id: UUID) -> Wave:
    """Let a wave out to those it picks among the targets that have not asked to be left alone.

    One whose copies cost something asks finance first, and goes out once that is set aside.
    A wave that makes leads may be released again, for those who have come to qualify since.
    Raises NotFound, or Conflict when the campaign does not run, the wave was released before, or the one
    that it follows was not.
    """
    campaign = take_campaign(session, actor, campaign_id)
    wave = find_wave(session, campaign_id=campaign_id, wave_id=wave_id)
    if campaign.state != State.RUNNING:
        raise Conflict(f"A wave is released while the campaign is running, and it is {campaign.state}")
    if wave.state != PLANNED and not wave.goes_on:
        raise Conflict(f"The wave is {wave.state} already")
    if wave.after_id is not None:
        earlier = session.get_one(Wave, wave.after_id)
        if earlier.state in (PLANNED, FUNDING):
            raise Conflict(f"Wave {earlier.number}, which this one follows, was not released yet")
    picked = RELEASES[wave.action](session, campaign, wave)
    wave.problem = ""
    released_total.labels(action=wave.action).inc()
    picked_total.labels(action=wave.action).inc(picked)
    log.info(
        "wave_released",
        campaign_id=str(campaign_id),
        wave=wave.number,
        action=wave.action,
        picked=picked,
        by=actor.subject,
    )
    return wave


def finish_wave(session: Session, event: MailingFinished) -> None:
    """Note how the deliveries of a wave ended. Raises NotFound for a wave that was never planned here.

    Who was sent to again is no longer uncertain, but what the resend made of them.
    """
    lock_campaign(session, event.campaign_id)
    wave = session.get(Wave, event.wave_id)
    if wave is None:
        raise NotFound("wave", event.wave_id)
    wave.accepted = (wave.accepted or 0) + event.accepted
    wave.failed = (wave.failed or 0) + event.failed
    wave.suppressed = (wave.suppressed or 0) + event.suppressed
    wave.uncertain = (wave.uncertain or 0) + event.uncertain
    if event.resend_of is not None:
        wave.uncertain -= event.recipients
        return
    wave.state, wave.finished_at = FINISHED, event.finished_at
    schedule_followers(session, wave.id, at=event.finished_at)


def _send(session: Session, campaign: Campaign, wave: Wave) -> int:
    at = now()
    wave.targets, wave.picked_at = _pick(session, wave, at=at), at
    if wave.unit_cost is not None and wave.targets:
        ask_for_funds(session, campaign, wave)
    else:
        let_out(session, campaign, wave)
    return wave.targets


def _want_leads(session: Session, campaign: Campaign, wave: Wave) -> int:
    at = now()
    picked = _pick(session, wave, at=at)
    wave.targets = (wave.targets or 0) + picked
    wave.state, wave.released_at = RELEASED, wave.released_at or at
    for page in picked_pages(session, wave.id, at=at):
        wanted = LeadsWanted(
            campaign_id=campaign.id,
            wave_id=wave.id,
            department=campaign.department,
            kind="lead" if wave.action == LEADS else "opportunity",
            reason=_reason(wave),
            contacts=[
                WantedContact(target_id=row.target_id, contact_id=row.contact_id, score=row.score)
                for row in page
            ],
            wanted_at=at,
        )
        publish(session, campaign, wanted)
    return picked


def _open_sub_campaign(session: Session, campaign: Campaign, wave: Wave) -> int:
    at = now()
    wave.targets = _pick(session, wave, at=at)
    wave.state, wave.released_at, wave.finished_at = FINISHED, at, at
    open_sub_campaign(session, campaign, wave)
    return wave.targets


RELEASES: dict[str, Release] = {
    OUTREACH: _send,
    LEADS: _want_leads,
    OPPORTUNITIES: _want_leads,
    SUB_CAMPAIGN: _open_sub_campaign,
}


def _pick(session: Session, wave: Wave, *, at: datetime) -> int:
    """Write the wave's recipients down, in one statement. Returns how many there are."""
    session.flush()
    rows = insert(WaveRecipient).from_select(COLUMNS, chosen(wave, at=at))
    written: CursorResult[Any] = session.connection().execute(rows)
    return written.rowcount


def _reason(wave: Wave) -> str:
    """Why a wave picks whom it picks, in words for whoever gets the lead."""
    parts = [" or ".join(one.replace("_", " ") for one in wave.answer_classes)]
    if wave.score_at_least is not None:
        parts.append(f"score of {plain(wave.score_at_least)} or more")
    if wave.score_below is not None:
        parts.append(f"score below {plain(wave.score_below)}")
    return f"wave {wave.number}: {', '.join(part for part in parts if part) or 'all of the wave before'}"
