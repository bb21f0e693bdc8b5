"""Whom a wave picks, as SQL conditions on the target list and on the recipients of the wave before it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, cast, exists, func, literal, null, or_, select, true
from sqlalchemy.orm import aliased

from services.campaign.answers.model import Milestone
from services.campaign.launch.model import OPTED_OUT, Target
from services.campaign.waves.model import (
    BOUNCED,
    NO_ANSWER,
    SUPPRESSED,
    UNCERTAIN,
    WAITING,
    Wave,
    WaveRecipient,
)

Before = aliased(WaveRecipient)
"""A recipient of the earlier wave."""

CHOSEN = "chosen"
PICKED_BEFORE = "picked_before"
TOO_EARLY = "too_early"
OTHER_SCORE = "other_score"

COLUMNS = (
    *("wave_id", "target_id", "contact_id", "picked_at"),
    *("outcome", "reason", "bounce", "bounce_reason", "verdict", "score"),
)
"""The columns that ``chosen`` fills."""

Reason = tuple[ColumnElement[bool], ColumnElement[str]]
"""A condition that keeps a candidate out of a wave, and what it is called."""


def answer_class(recipient: type[WaveRecipient] = WaveRecipient) -> ColumnElement[str]:
    """What a wave came to with a recipient. Their word counts before anything that a machine reported."""
    return case(
        (recipient.verdict != "", recipient.verdict),
        (recipient.outcome == "", WAITING),
        (or_(recipient.outcome == "failed", recipient.bounce.in_(("hard", "returned"))), BOUNCED),
        (recipient.outcome == "suppressed", SUPPRESSED),
        (recipient.outcome == "uncertain", UNCERTAIN),
        else_=NO_ANSWER,
    )


def candidates(wave: Wave, *columns: ColumnElement[Any]) -> Select[Any]:
    """Those whom ``wave`` chooses among: the whole target list, or the recipients of the wave before it."""
    wanted = select(*columns).select_from(Target).where(Target.campaign_id == wave.campaign_id)
    if wave.after_id is None:
        return wanted
    return wanted.join(Before, and_(Before.wave_id == wave.after_id, Before.target_id == Target.id))


def judgement(wave: Wave, *, at: datetime) -> ColumnElement[str]:
    """``chosen`` for those of ``candidates`` whom ``wave`` would pick at ``at``; for the others why not.

    That is opted_out, picked_before, too_early, other_score, or the class of an answer that is not wanted.
    """
    return case(*_reasons_against(wave, at=at), else_=literal(CHOSEN))


def chosen(wave: Wave, *, at: datetime) -> Select[Any]:
    """The rows of ``wave``'s recipients that it picks at ``at``, by ``COLUMNS``.

    The score that led to a lead goes on with it; a wave that sends something begins without one.
    """
    keeps_score = wave.after_id is not None and not wave.sends
    columns: Sequence[ColumnElement[Any]] = [
        literal(wave.id, WaveRecipient.wave_id.type),
        Target.id.expression,
        Target.contact_id.expression,
        literal(at, WaveRecipient.picked_at.type),
        *(literal("").label(name) for name in COLUMNS[4:9]),
        Before.score.expression if keeps_score else cast(null(), WaveRecipient.score.type),
    ]
    against = [reason for reason, _ in _reasons_against(wave, at=at)]
    return candidates(wave, *columns).where(*(~reason for reason in against))


def _reasons_against(wave: Wave, *, at: datetime) -> list[Reason]:
    picked = exists().where(WaveRecipient.wave_id == wave.id, WaveRecipient.target_id == Target.id)
    asked = exists().where(Milestone.target_id == Target.id, Milestone.status == OPTED_OUT)
    reasons: list[Reason] = [
        (picked, literal(PICKED_BEFORE)),
        (Target.status == OPTED_OUT, literal(OPTED_OUT)),
        (asked, literal(OPTED_OUT)),
    ]
    return reasons if wave.after_id is None else reasons + _reasons_by_answer(wave, at=at)


def _reasons_by_answer(wave: Wave, *, at: datetime) -> list[Reason]:
    found = answer_class(Before)
    reasons: list[Reason] = []
    if wave.answer_classes:
        reasons.append((found.not_in(wave.answer_classes), found))
    if wave.silent_days is not None:
        too_early = func.coalesce(Before.outcome_at > at - timedelta(days=wave.silent_days), true())
        reasons.append((and_(found == NO_ANSWER, too_early), literal(TOO_EARLY)))
    unscored = Before.score.is_(None)
    if wave.score_at_least is not None:
        reasons.append((or_(unscored, Before.score < wave.score_at_least), literal(OTHER_SCORE)))
    if wave.score_below is not None:
        reasons.append((or_(unscored, Before.score >= wave.score_below), literal(OTHER_SCORE)))
    return reasons
