"""Making a mailing of a wave: it opens, takes in the pages of its targets, and starts when all came."""

from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import func, insert, select

from chassis.database import Session
from chassis.errors import NotYet
from chassis.ids import new_id
from contracts.campaign import CampaignDesigned, WaveReleased, WaveTarget, WaveTargets
from services.outreach.mailings import course, schedule
from services.outreach.mailings.model import DRAFT, QUEUED, WAITING, Mailing, MailingPage, deliveries
from services.outreach.mailings.variants import draw
from services.outreach.templates.releases import hold_versions


def open_mailing(session: Session, wave: WaveReleased) -> None:
    """A mailing for a released wave, once. It stands still or ends with its campaign from the beginning."""
    if _of_wave(session, wave.wave_id) is not None:
        return
    standing = course.locked_standing(session, wave.campaign_id)
    mailing = Mailing(
        wave_id=wave.wave_id,
        campaign_id=wave.campaign_id,
        campaign_code=wave.campaign_code,
        campaign_name=wave.campaign_name,
        department=wave.department,
        channel=wave.channel,
        template_id=wave.template_id,
        state=DRAFT,
        pages=wave.pages,
        pages_received=0,
        recipients=wave.targets,
        accepted=0,
        failed=0,
        suppressed=0,
        uncertain=0,
        released_at=wave.released_at,
        schedule=msgspec.to_builtins(wave.schedule),
        starts_at=schedule.starts_at(wave.schedule),
        expires_at=wave.schedule.expires_at if wave.schedule else None,
        trial=msgspec.to_builtins(wave.trial),
    )
    session.add(mailing)
    session.flush()
    template_ids = [mailing.template_id, *(mailing.template_of(one) for one in range(len(mailing.variants)))]
    hold_versions(session, wave_id=wave.wave_id, template_ids=template_ids)
    course.obey(session, mailing, standing)


def add_targets(session: Session, page: WaveTargets) -> None:
    """A delivery for each target of a page, once. Raises NotYet while the wave is not known."""
    mailing = _of_wave(session, page.wave_id, lock=True)
    if mailing is None:
        raise NotYet(f"Wave {page.wave_id} is not known")
    if session.get(MailingPage, (mailing.id, page.page)) is not None:
        return
    session.add(MailingPage(mailing_id=mailing.id, page=page.page))
    session.flush()
    rows = [_delivery(mailing, target) for target in page.targets]
    if rows:
        session.connection().execute(insert(deliveries), rows)
    mailing.pages_received += 1
    if mailing.complete:
        mailing.recipients = _deliveries_of(session, mailing.id)
        course.advance(session, mailing)


def note_kind(session: Session, event: CampaignDesigned) -> None:
    """Remember the kind of a campaign, which may exempt it from frequency caps."""
    course.locked_standing(session, event.campaign_id).kind = event.kind


def _delivery(mailing: Mailing, target: WaveTarget) -> dict[str, Any]:
    waits, variant = False, None
    if mailing.trial is not None:
        variant = draw(mailing.trial, wave_id=mailing.wave_id, target_id=target.target_id)
        waits = variant is None
    return {
        "id": new_id(),
        "mailing_id": mailing.id,
        "target_id": target.target_id,
        "contact_id": target.contact_id,
        "state": WAITING if waits else QUEUED,
        "attempts": 0,
        "due_at": max(mailing.released_at, mailing.starts_at or mailing.released_at),
        "reason": "",
        "answer": "",
        "variant": variant,
    }


def _of_wave(session: Session, wave_id: UUID, *, lock: bool = False) -> Mailing | None:
    found = select(Mailing).where(Mailing.wave_id == wave_id, Mailing.resend_of.is_(None))
    if lock:
        found = found.with_for_update().execution_options(populate_existing=True)
    return session.scalars(found).one_or_none()


def _deliveries_of(session: Session, mailing_id: UUID) -> int:
    count = select(func.count()).select_from(deliveries).where(deliveries.c.mailing_id == mailing_id)
    return session.scalar(count) or 0
