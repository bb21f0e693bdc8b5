"""Making a mailing of a wave: it opens, takes in the pages of its targets, and starts when all came."""

from uuid import UUID

from sqlalchemy import func, insert, select

from chassis.clock import now
from chassis.database import Session
from chassis.errors import NotYet
from chassis.ids import new_id
from chassis.outbox import publish
from contracts.campaign import WaveReleased, WaveTargets
from contracts.outreach import MailingStarted
from services.outreach.mailings.model import GATHERING, QUEUED, SENDING, Mailing, MailingPage, deliveries
from services.outreach.mailings.outcomes import finish_if_done


def open_mailing(session: Session, wave: WaveReleased) -> None:
    """A mailing for a released wave, once."""
    if _of_wave(session, wave.wave_id) is not None:
        return
    mailing = Mailing(
        wave_id=wave.wave_id,
        campaign_id=wave.campaign_id,
        campaign_code=wave.campaign_code,
        campaign_name=wave.campaign_name,
        department=wave.department,
        channel=wave.channel,
        template_id=wave.template_id,
        state=GATHERING,
        pages=wave.pages,
        pages_received=0,
        recipients=wave.targets,
        accepted=0,
        failed=0,
        suppressed=0,
        uncertain=0,
        released_at=wave.released_at,
    )
    session.add(mailing)
    session.flush()
    _start_if_complete(session, mailing)


def add_targets(session: Session, page: WaveTargets) -> None:
    """A delivery for each target of a page, once. Raises NotYet while the wave is not known."""
    mailing = _of_wave(session, page.wave_id)
    if mailing is None:
        raise NotYet(f"Wave {page.wave_id} is not known")
    if session.get(MailingPage, (mailing.id, page.page)) is not None:
        return
    session.add(MailingPage(mailing_id=mailing.id, page=page.page))
    session.flush()
    rows = [
        {
            "id": new_id(),
            "mailing_id": mailing.id,
            "target_id": target.target_id,
            "contact_id": target.contact_id,
            "state": QUEUED,
            "attempts": 0,
            "due_at": mailing.released_at,
            "reason": "",
            "answer": "",
        }
        for target in page.targets
    ]
    if rows:
        session.connection().execute(insert(deliveries), rows)
    mailing.pages_received += 1
    _start_if_complete(session, mailing)


def _start_if_complete(session: Session, mailing: Mailing) -> None:
    if mailing.state != GATHERING or not mailing.complete:
        return
    mailing.state = SENDING
    mailing.started_at = now()
    mailing.recipients = _deliveries_of(session, mailing.id)
    publish(
        session,
        mailing,
        MailingStarted(
            mailing_id=mailing.id,
            wave_id=mailing.wave_id,
            campaign_id=mailing.campaign_id,
            channel=mailing.channel,
            recipients=mailing.recipients,
            started_at=mailing.started_at,
        ),
    )
    finish_if_done(session, mailing)


def _of_wave(session: Session, wave_id: UUID) -> Mailing | None:
    return session.scalars(select(Mailing).where(Mailing.wave_id == wave_id)).one_or_none()


def _deliveries_of(session: Session, mailing_id: UUID) -> int:
    count = select(func.count()).select_from(deliveries).where(deliveries.c.mailing_id == mailing_id)
    return session.scalar(count) or 0
