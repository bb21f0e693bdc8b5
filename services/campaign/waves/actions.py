"""Releasing a wave to those who send it, and hearing that it is done."""

import math
from uuid import UUID

from chassis.auth import Actor
from chassis.clock import now
from chassis.database import Session
from chassis.errors import Conflict, NotFound
from chassis.outbox import publish
from contracts.campaign import WaveReleased, WaveTargets
from contracts.event import PAGE_LIMIT
from contracts.outreach import MailingFinished
from services.campaign.planning.lifecycle import State
from services.campaign.planning.model import Campaign
from services.campaign.planning.queries import take_campaign
from services.campaign.waves.model import FINISHED, PLANNED, RELEASED, Wave
from services.campaign.waves.queries import count_recipients, recipient_pages


def release_wave(session: Session, actor: Actor, *, campaign_id: UUID, wave_id: UUID) -> Wave:
    """Let a planned wave out to every target that has not opted out.

    The campaign stays locked meanwhile, so that the pages hold exactly the targets that were counted.
    Raises NotFound, or Conflict when the campaign does not run or the wave was released before.
    """
    campaign = take_campaign(session, actor, campaign_id)
    wave = session.get(Wave, wave_id, populate_existing=True)
    if wave is None or wave.campaign_id != campaign_id:
        raise NotFound("wave", wave_id)
    if campaign.state != State.RUNNING:
        raise Conflict(f"A wave is released while the campaign is running, and it is {campaign.state}")
    if wave.state != PLANNED:
        raise Conflict(f"The wave is {wave.state} already")
    wave.targets = count_recipients(session, campaign_id)
    wave.pages = math.ceil(wave.targets / PAGE_LIMIT)
    wave.state, wave.released_at = RELEASED, now()
    publish(session, wave, _released(campaign, wave))
    with session.no_autoflush:
        _publish_targets(session, wave)
    return wave


def finish_wave(session: Session, event: MailingFinished) -> None:
    """Note how the deliveries of a wave ended. Raises NotFound for a wave that was never planned here."""
    wave = session.get(Wave, event.wave_id)
    if wave is None:
        raise NotFound("wave", event.wave_id)
    wave.state, wave.finished_at = FINISHED, event.finished_at
    wave.accepted, wave.failed = event.accepted, event.failed
    wave.suppressed, wave.uncertain = event.suppressed, event.uncertain


def _publish_targets(session: Session, wave: Wave) -> None:
    assert wave.pages is not None
    for number, page in enumerate(recipient_pages(session, wave.campaign_id), start=1):
        targets = WaveTargets(
            wave_id=wave.id, campaign_id=wave.campaign_id, page=number, pages=wave.pages, targets=page
        )
        publish(session, wave, targets)


def _released(campaign: Campaign, wave: Wave) -> WaveReleased:
    assert wave.released_at and wave.targets is not None and wave.pages is not None
    return WaveReleased(
        wave_id=wave.id,
        campaign_id=campaign.id,
        campaign_code=campaign.code,
        campaign_name=campaign.name,
        department=campaign.department,
        number=wave.number,
        channel=wave.channel,  # type: ignore[arg-type]
        template_id=wave.template_id,
        targets=wave.targets,
        pages=wave.pages,
        released_at=wave.released_at,
    )
