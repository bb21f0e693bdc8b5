"""Telling outreach of a wave: that it may go out, and to whom, as pages."""

import math

from chassis.clock import now
from chassis.database import Session
from chassis.outbox import publish
from contracts.campaign import WaveReleased, WaveTarget, WaveTargets
from contracts.event import PAGE_LIMIT
from services.campaign.planning.model import Campaign
from services.campaign.waves.due import schedule_watchers
from services.campaign.waves.model import RELEASED, Wave
from services.campaign.waves.queries import picked_pages


def let_out(session: Session, campaign: Campaign, wave: Wave) -> None:
    """Hand the wave over with those it picked. The caller has locked the campaign."""
    assert wave.targets is not None and wave.picked_at is not None
    wave.pages = math.ceil(wave.targets / PAGE_LIMIT)
    wave.state, wave.released_at = RELEASED, now()
    publish(session, wave, _released(campaign, wave))
    with session.no_autoflush:
        for number, page in enumerate(picked_pages(session, wave.id, at=wave.picked_at), start=1):
            targets = WaveTargets(
                wave_id=wave.id,
                campaign_id=wave.campaign_id,
                page=number,
                pages=wave.pages,
                targets=[WaveTarget(target_id=row.target_id, contact_id=row.contact_id) for row in page],
            )
            publish(session, wave, targets)
    schedule_watchers(session, wave)


def _released(campaign: Campaign, wave: Wave) -> WaveReleased:
    assert wave.released_at and wave.targets is not None and wave.pages is not None
    assert wave.channel is not None and wave.template_id is not None
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
        schedule=wave.schedule,
        trial=wave.trial,
    )
