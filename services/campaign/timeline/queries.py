"""Puts a target's timeline together from what each slice keeps. Nothing is stored for it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from chassis.auth import Actor
from chassis.database import Session
from chassis.errors import NotFound
from services.campaign.answers.model import Milestone, Response
from services.campaign.answers.reports import target_of
from services.campaign.followups.model import FollowUp
from services.campaign.launch.model import CONTACTED, RESPONDED, TARGETED, Target
from services.campaign.planning.model import Campaign
from services.campaign.planning.queries import find_campaign
from services.campaign.roles import READERS
from services.campaign.sharing.model import Share
from services.campaign.sharing.queries import assignee_of
from services.campaign.waves.model import Wave, WaveRecipient


@dataclass(frozen=True)
class Entry:
    """Something that happened at a moment.

    ``kind`` is status, wave, delivery, feedback, answer, judgement, follow_up or share; ``what`` says it in a
    word, ``detail`` in others' or people's words. ``reference`` is the wave, response, follow-up or lead.
    """

    at: datetime
    kind: str
    what: str
    detail: str = ""
    by: str = ""
    wave_number: int | None = None
    reference: UUID | None = None


@dataclass(frozen=True)
class Timeline:
    """A target, and what happened to it, oldest first."""

    target: Target
    entries: list[Entry]


def timeline(session: Session, actor: Actor, *, campaign_id: UUID, target_id: UUID) -> Timeline:
    """Everything that happened to a target. Raises NotFound where it is not there or not the actor's to see.

    Who reads campaigns sees every target; others see those that were shared out to them.
    """
    campaign = find_campaign(session, actor, campaign_id)
    target = target_of(session, campaign_id=campaign_id, target_id=target_id)
    if target is None:
        raise NotFound("target", target_id)
    reads_all = actor.has(*READERS) or actor.administers
    if not reads_all and assignee_of(session, target_id) != actor.subject:
        raise NotFound("target", target_id)
    numbers = {
        key: number
        for key, number in session.execute(
            select(Wave.id, Wave.number).where(Wave.campaign_id == campaign_id)
        )
    }
    entries = [
        *_list(campaign),
        *_waves(session, target, numbers),
        *_answers(session, target, numbers),
        *_milestones(session, target),
        *_work(session, target),
    ]
    return Timeline(target, sorted(entries, key=lambda entry: (entry.at, RANK[entry.kind])))


RANK = {
    kind: rank
    for rank, kind in enumerate(
        ("share", "wave", "delivery", "feedback", "answer", "judgement", "status", "follow_up")
    )
}
"""How entries of the same moment are ordered."""


def _list(campaign: Campaign) -> Iterator[Entry]:
    if campaign.started_at is not None:
        yield Entry(campaign.started_at, "status", TARGETED, reference=campaign.id)


def _waves(session: Session, target: Target, numbers: dict[UUID, int]) -> Iterator[Entry]:
    theirs = select(WaveRecipient, Wave.action, Wave.channel).join(Wave, Wave.id == WaveRecipient.wave_id)
    theirs = theirs.where(WaveRecipient.wave_id.in_(numbers), WaveRecipient.target_id == target.id)
    contacted: list[datetime] = []
    for row, action, channel in session.execute(theirs):
        about: dict[str, Any] = {"wave_number": numbers[row.wave_id], "reference": row.wave_id}
        yield Entry(row.picked_at, "wave", action, channel or "", **about)
        if row.outcome_at is not None:
            yield Entry(row.outcome_at, "delivery", row.outcome, row.reason, **about)
            if row.outcome == "accepted":
                contacted.append(row.outcome_at)
        if row.delivered_at is not None:
            yield Entry(row.delivered_at, "feedback", "delivered", **about)
        if row.bounced_at is not None:
            yield Entry(row.bounced_at, "feedback", f"bounced_{row.bounce}", row.bounce_reason, **about)
        if row.complained_at is not None:
            yield Entry(row.complained_at, "feedback", "complained", **about)
    if contacted:
        yield Entry(min(contacted), "status", CONTACTED)


def _answers(session: Session, target: Target, numbers: dict[UUID, int]) -> Iterator[Entry]:
    answers = session.scalars(select(Response).where(Response.target_id == target.id)).all()
    for one in answers:
        number = numbers.get(one.wave_id) if one.wave_id else None
        about: dict[str, Any] = {"wave_number": number, "reference": one.id}
        scored = f"score {one.score.normalize():f}" if one.score is not None else ""
        told = "; ".join(part for part in (scored, one.note, one.url) if part)
        yield Entry(one.responded_at, "answer", one.kind, told, by=one.recorded_by, **about)
        if one.judged_at is not None:
            yield Entry(one.judged_at, "judgement", one.verdict, by=one.judged_by or "", **about)
    if answers:
        yield Entry(min(one.responded_at for one in answers), "status", RESPONDED)


def _milestones(session: Session, target: Target) -> Iterator[Entry]:
    for one in session.scalars(select(Milestone).where(Milestone.target_id == target.id)):
        yield Entry(one.at, "status", one.status, reference=one.reference)


def _work(session: Session, target: Target) -> Iterator[Entry]:
    share = session.get(Share, target.id)
    if share is not None:
        yield Entry(share.shared_at, "share", "shared", by=share.assignee, reference=share.sharing_id)
    for one in session.scalars(select(FollowUp).where(FollowUp.target_id == target.id)):
        due = f"{one.what} (due {one.due_on.isoformat()}, {one.owner})"
        yield Entry(one.created_at, "follow_up", "planned", due, by=one.created_by, reference=one.id)
        if one.ended_at is not None:
            yield Entry(
                one.ended_at, "follow_up", one.state, one.result, by=one.ended_by or "", reference=one.id
            )
