"""The course of a mailing: draft → scheduled → sending ⇄ paused → finished or cancelled.

Its state follows from facts: whether its pages came, whether its time has come, and whether a person, a
rate or its campaign holds it. Whoever changes one of them locks the mailing's row and calls ``advance``.
Senders look at the state whenever they hand over, so they stop with the batch in hand.
"""

from typing import Literal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from chassis.auth import Actor
from chassis.clock import now
from chassis.database import Session
from chassis.errors import Conflict
from chassis.metrics import counter
from chassis.outbox import publish
from contracts.outreach import MailingCancelled, MailingPaused, MailingResumed, MailingStarted
from services.outreach.mailings import queries
from services.outreach.mailings.model import (
    CANCELLED,
    FINISHED,
    PAUSED,
    SENDING,
    Mailing,
    Standing,
    standings,
)
from services.outreach.mailings.outcomes import finish_if_done

RUNNING, COMPLETED = "running", "completed"

CampaignState = Literal["running", "paused", "completed", "cancelled"]

pauses = counter(
    "outreach_pauses_total",
    "Mailings that were paused, by what did it: a person, their campaign, or a rate that was too high.",
    ("cause",),
    starts=[("person",), ("campaign",), ("rate",)],
)


def advance(session: Session, mailing: Mailing) -> None:
    """Bring a mailing, whose row is locked, to the state that the facts ask for."""
    if mailing.state not in (FINISHED, CANCELLED):
        mailing.state = mailing.course(
            held=mailing.paused_by is not None or standing_of(session, mailing.campaign_id) == PAUSED,
            at=now(),
        )
        if mailing.state == SENDING and mailing.started_at is None:
            _start(session, mailing)
    finish_if_done(session, mailing)


def pause(session: Session, actor: Actor, *, mailing_id: UUID, reason: str) -> Mailing:
    """Let a mailing stand still until it is resumed. One that a person paused before stays as it is.

    Raises NotFound, and Conflict when it is over.
    """
    mailing = queries.mailing(session, actor, mailing_id, lock=True)
    _refuse_when_over(mailing)
    if mailing.paused_by is None:
        hold(session, mailing, by=actor.subject, reason=reason)
        pauses.labels(cause="person").inc()
    return mailing


def hold(session: Session, mailing: Mailing, *, by: str, reason: str) -> None:
    """Pause a mailing whose row is locked, until a person resumes it."""
    mailing.paused_by, mailing.pause_reason = by, reason
    _publish_pause(session, mailing, by=by, reason=reason)
    advance(session, mailing)


def resume(session: Session, actor: Actor, *, mailing_id: UUID) -> Mailing:
    """Let a paused mailing go on. One that is not paused stays as it is.

    Raises NotFound, and Conflict while its campaign is paused, or when it is over.
    """
    mailing = queries.mailing(session, actor, mailing_id, lock=True)
    _refuse_when_over(mailing)
    if standing_of(session, mailing.campaign_id) == PAUSED:
        raise Conflict("The campaign of this mailing is paused; it goes on when that is resumed")
    if mailing.paused_by is not None:
        mailing.paused_by = mailing.pause_reason = None
        mailing.resumed_at = now()
        _publish_resumption(session, mailing, by=actor.subject)
        advance(session, mailing)
    return mailing


def cancel(session: Session, actor: Actor, *, mailing_id: UUID, reason: str) -> Mailing:
    """Give a mailing up: whoever has no copy gets none, and what is handed over is waited for.

    Raises NotFound, and Conflict when it is finished.
    """
    mailing = queries.mailing(session, actor, mailing_id, lock=True)
    if mailing.state == FINISHED:
        raise Conflict("The mailing is finished")
    _cancel(session, mailing, by=actor.subject, reason=reason)
    return mailing


def standing_of(session: Session, campaign_id: UUID) -> str:
    """The state that a campaign's mailings go by; running while nothing else was told."""
    return session.scalar(select(standings.c.state).where(standings.c.campaign_id == campaign_id)) or RUNNING


def locked_standing(session: Session, campaign_id: UUID) -> Standing:
    """A campaign's standing, made where it is missing, and locked until the transaction ends.

    Whoever makes a mailing and whoever stops all mailings of a campaign take turns on it.
    """
    on_sqlite = session.get_bind().dialect.name == "sqlite"
    insert = (sqlite if on_sqlite else postgresql).insert(standings)
    row = {"campaign_id": campaign_id, "state": RUNNING, "by": ""}
    session.execute(insert.values(row).on_conflict_do_nothing())
    return session.get_one(Standing, campaign_id, with_for_update=True, populate_existing=True)


def follow_campaign(session: Session, campaign_id: UUID, state: CampaignState, *, by: str) -> None:
    """Let all mailings of a campaign stand still, go on or end with it, those to come too."""
    standing = locked_standing(session, campaign_id)
    standing.state, standing.by = state, by
    session.flush()
    rows = select(Mailing).where(Mailing.campaign_id == campaign_id, Mailing.finished_at.is_(None))
    locked = rows.order_by(Mailing.id).with_for_update().execution_options(populate_existing=True)
    for mailing in session.scalars(locked).all():
        obey(session, mailing, standing)


def obey(session: Session, mailing: Mailing, standing: Standing) -> None:
    """Bring a mailing, whose row is locked, in line with its campaign."""
    if standing.state in (CANCELLED, COMPLETED):
        _cancel(session, mailing, by=standing.by, reason=f"campaign {standing.state}")
        return
    was_paused = mailing.state == PAUSED
    if standing.state == PAUSED and not was_paused and mailing.state != CANCELLED:
        _publish_pause(session, mailing, by=standing.by, reason="campaign paused")
        pauses.labels(cause="campaign").inc()
    if standing.state == RUNNING and was_paused and mailing.paused_by is None:
        _publish_resumption(session, mailing, by=standing.by)
    advance(session, mailing)


def _cancel(session: Session, mailing: Mailing, *, by: str, reason: str) -> None:
    if mailing.state in (FINISHED, CANCELLED):
        return
    mailing.state = CANCELLED
    mailing.cancelled_by, mailing.cancel_reason = by, reason
    publish(
        session,
        mailing,
        MailingCancelled(
            mailing_id=mailing.id,
            wave_id=mailing.wave_id,
            campaign_id=mailing.campaign_id,
            by=by,
            reason=reason,
            at=now(),
        ),
    )
    finish_if_done(session, mailing)


def _start(session: Session, mailing: Mailing) -> None:
    mailing.started_at = now()
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


def _publish_pause(session: Session, mailing: Mailing, *, by: str, reason: str) -> None:
    publish(
        session,
        mailing,
        MailingPaused(
            mailing_id=mailing.id,
            wave_id=mailing.wave_id,
            campaign_id=mailing.campaign_id,
            by=by,
            reason=reason,
            at=now(),
        ),
    )


def _publish_resumption(session: Session, mailing: Mailing, *, by: str) -> None:
    publish(
        session,
        mailing,
        MailingResumed(
            mailing_id=mailing.id,
            wave_id=mailing.wave_id,
            campaign_id=mailing.campaign_id,
            by=by,
            at=now(),
        ),
    )


def _refuse_when_over(mailing: Mailing) -> None:
    if mailing.state in (FINISHED, CANCELLED):
        raise Conflict(f"The mailing is {mailing.state}")
