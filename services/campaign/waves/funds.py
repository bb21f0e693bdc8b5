"""The money of a wave: asked of finance when it is released, and answered before it goes out.

No money, no release: a wave that is refused forgets whom it picked, and may be released again.
"""

from datetime import timedelta
from decimal import Decimal

from babel.numbers import get_currency_precision
from sqlalchemy import delete

from chassis.clock import now
from chassis.database import Session
from chassis.errors import NotFound
from chassis.ids import new_id
from chassis.logs import get_logger
from chassis.outbox import publish
from contracts.campaign import WaveFundsReturned, WaveFundsWanted
from contracts.event import Money
from contracts.finance import FundingGranted, FundingRefused
from services.campaign.planning.lifecycle import State
from services.campaign.planning.model import Campaign
from services.campaign.planning.queries import lock_campaign
from services.campaign.waves.model import FUNDING, PLANNED, WHEN_DUE, Wave, WaveRecipient
from services.campaign.waves.sending import let_out

log = get_logger(__name__)

ASKED_AGAIN_AFTER = timedelta(hours=1)

GOING = (State.RUNNING, State.PAUSED)
"""While a campaign is paused its waves go to outreach, where they wait with it."""


def ask_for_funds(session: Session, campaign: Campaign, wave: Wave) -> None:
    """Ask finance to set aside what the wave's copies will cost."""
    assert wave.unit_cost is not None and wave.targets and wave.budget_line_id and wave.picked_at
    wave.state, wave.funding_id = FUNDING, new_id()
    total = cost_of(wave.targets, wave.unit_cost, campaign.currency)
    wanted = WaveFundsWanted(
        funding_id=wave.funding_id,
        wave_id=wave.id,
        campaign_id=campaign.id,
        line_id=wave.budget_line_id,
        targets=wave.targets,
        unit_cost=wave.unit_cost,
        total=Money(amount=total, currency=campaign.currency),
        at=wave.picked_at,
    )
    publish(session, wave, wanted)


def take_grant(session: Session, event: FundingGranted) -> None:
    """The money is there: let the wave out, or give it back where the campaign has ended meanwhile."""
    campaign, wave = _awaited(session, event)
    if wave is None:
        return
    if campaign.state in GOING:
        let_out(session, campaign, wave)
        return
    reason = f"The campaign is {campaign.state}"
    _forget(session, wave, problem=reason)
    returned = WaveFundsReturned(
        funding_id=event.funding_id, wave_id=wave.id, campaign_id=campaign.id, reason=reason, at=now()
    )
    publish(session, wave, returned)


def take_refusal(session: Session, event: FundingRefused) -> None:
    """There is no money: the wave is planned again, says why, and if it goes by itself tries later."""
    _, wave = _awaited(session, event)
    if wave is None:
        return
    _forget(session, wave, problem=event.reason)
    if wave.release == WHEN_DUE:
        wave.due_at = now() + ASKED_AGAIN_AFTER
    log.warning("wave_not_funded", wave_id=str(wave.id), reason=event.reason)


def cost_of(copies: int, unit_cost: Decimal, currency: str) -> Decimal:
    """What so many copies cost, rounded half to even to the currency's decimals (ISO 4217)."""
    return (unit_cost * copies).quantize(Decimal(1).scaleb(-get_currency_precision(currency)))


def _awaited(session: Session, event: FundingGranted | FundingRefused) -> tuple[Campaign, Wave | None]:
    """The campaign, locked, and the wave if it still waits for this answer."""
    campaign = lock_campaign(session, event.campaign_id)
    if campaign is None:
        raise NotFound("campaign", event.campaign_id)
    wave = session.get(Wave, event.wave_id, populate_existing=True)
    if wave is None or wave.state != FUNDING or wave.funding_id != event.funding_id:
        log.info("unawaited_funding_ignored", wave_id=str(event.wave_id))
        return campaign, None
    return campaign, wave


def _forget(session: Session, wave: Wave, *, problem: str) -> None:
    """Undo what the release picked."""
    picked = delete(WaveRecipient).where(
        WaveRecipient.wave_id == wave.id, WaveRecipient.picked_at == wave.picked_at
    )
    session.connection().execute(picked)
    wave.state, wave.targets, wave.picked_at, wave.problem = PLANNED, None, None, problem
