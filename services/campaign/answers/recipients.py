"""What answers and reports mean for the recipients of the waves they are about."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Text, Uuid, and_, or_, select, update
from sqlalchemy.types import TypeEngine

from chassis.columns import Moment
from chassis.database import Session
from contracts.outreach import Feedback, Outcome
from services.campaign.answers.model import Response
from services.campaign.answers.verdicts import last_score, last_word
from services.campaign.bulk import as_table
from services.campaign.waves.model import Wave, WaveRecipient

WORST_LAST = ("", "soft", "returned", "hard")
"""Ways in which a copy came back. A worse one replaces a lesser one, whichever is heard first."""

BOUNCES = {"bounced_soft": "soft", "bounced_hard": "hard", "returned": "returned"}
MOMENTS = {"delivered": "delivered_at", "complained": "complained_at"}

KEYED: Mapping[str, TypeEngine[Any]] = {"target_id": Uuid(), "at": Moment()}
"""What every news of a recipient has."""


def last_wave_to(session: Session, *, campaign_id: UUID, target_id: UUID, at: datetime) -> UUID | None:
    """The wave that went to the target last, as seen at ``at``: an answer by hand is one to it."""
    went = (
        select(Wave.id)
        .join(WaveRecipient, WaveRecipient.wave_id == Wave.id)
        .where(Wave.campaign_id == campaign_id, WaveRecipient.target_id == target_id)
        .where(Wave.action == "outreach", WaveRecipient.picked_at <= at)
    )
    return session.scalar(went.order_by(WaveRecipient.picked_at.desc(), Wave.number.desc()).limit(1))


def settle_recipient(session: Session, *, wave_id: UUID | None, target_id: UUID) -> None:
    """Renew what all the answers of a target to a wave come to, whatever order they came in."""
    if wave_id is None:
        return
    theirs = select(Response).where(Response.target_id == target_id, Response.wave_id == wave_id)
    answers = session.scalars(theirs).all()
    word = last_word(answers)
    assert word is not None, "an answer was just kept"
    session.execute(
        update(WaveRecipient)
        .where(WaveRecipient.wave_id == wave_id, WaveRecipient.target_id == target_id)
        .values(
            verdict=word.verdict,
            verdict_at=word.judged_at or word.responded_at,
            score=last_score(answers),
        )
        .execution_options(synchronize_session=False)
    )


def note_outcomes(session: Session, wave_id: UUID, outcomes: Sequence[Outcome]) -> None:
    """Write down how deliveries ended, for those that the wave went to. The last report counts."""
    last = {one.target_id: one for one in outcomes}
    rows = [
        {"target_id": one.target_id, "outcome": one.outcome, "reason": one.reason, "at": one.at}
        for one in last.values()
    ]
    news = as_table(session, {**KEYED, "outcome": Text(), "reason": Text()}, rows).c
    values = {"outcome": news.outcome, "reason": news.reason, "outcome_at": news.at}
    _rewrite(session, wave_id, news.target_id, values)


def note_feedback(session: Session, wave_id: UUID, feedback: Sequence[Feedback]) -> None:
    """Write down what was heard of copies afterwards: the worst bounce, the first receipt and complaint."""
    for kind, name in MOMENTS.items():
        first: dict[UUID, datetime] = {}
        for one in feedback:
            if one.kind == kind:
                first[one.target_id] = min(one.at, first.get(one.target_id, one.at))
        if first:
            _note_first(session, wave_id, name, first)
    for kind, bounce in BOUNCES.items():
        earliest: dict[UUID, Feedback] = {}
        for one in feedback:
            known = earliest.get(one.target_id)
            if one.kind == kind and (known is None or one.at < known.at):
                earliest[one.target_id] = one
        if earliest:
            _note_bounces(session, wave_id, bounce, list(earliest.values()))


def _note_first(session: Session, wave_id: UUID, name: str, first: dict[UUID, datetime]) -> None:
    rows = [{"target_id": target_id, "at": at} for target_id, at in first.items()]
    news = as_table(session, KEYED, rows).c
    known = getattr(WaveRecipient, name)
    _rewrite(session, wave_id, news.target_id, {name: news.at}, or_(known.is_(None), known > news.at))


def _note_bounces(session: Session, wave_id: UUID, bounce: str, heard: Sequence[Feedback]) -> None:
    rows = [{"target_id": one.target_id, "reason": one.reason or one.answer, "at": one.at} for one in heard]
    news = as_table(session, {**KEYED, "reason": Text()}, rows).c
    lesser = WORST_LAST[: WORST_LAST.index(bounce)]
    sooner = and_(WaveRecipient.bounce == bounce, WaveRecipient.bounced_at > news.at)
    values = {"bounce": bounce, "bounce_reason": news.reason, "bounced_at": news.at}
    _rewrite(session, wave_id, news.target_id, values, or_(WaveRecipient.bounce.in_(lesser), sooner))


def _rewrite(
    session: Session,
    wave_id: UUID,
    target_id: ColumnElement[UUID],
    values: dict[str, Any],
    *where: ColumnElement[bool],
) -> None:
    """Give the wave's recipients new values, those of whom the table of news tells."""
    known = (WaveRecipient.wave_id == wave_id, WaveRecipient.target_id == target_id)
    session.connection().execute(update(WaveRecipient).where(*known, *where).values(**values))
