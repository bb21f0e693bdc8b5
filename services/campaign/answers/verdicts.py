"""The rules that judge answers. Pure: no database, no clock."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Protocol
from uuid import UUID

from services.campaign.answers.model import INTERESTED, NOT_INTERESTED, UNDECIDED

SAID = {True: INTERESTED, False: NOT_INTERESTED}
COMING = ("registration", "check_in")
"""Kinds that say by themselves that somebody is interested: they mean to come, or came."""


class Rules(Protocol):
    """What a campaign says about answers that do not say it themselves."""

    @property
    def click_means(self) -> str: ...
    @property
    def interested_from(self) -> Decimal | None: ...


class Judged(Protocol):
    """An answer with its verdict."""

    @property
    def id(self) -> UUID: ...
    @property
    def kind(self) -> str: ...
    @property
    def verdict(self) -> str: ...
    @property
    def score(self) -> Decimal | None: ...
    @property
    def responded_at(self) -> datetime: ...
    @property
    def judged_at(self) -> datetime | None: ...


def verdict_of(*, kind: str, interested: bool | None, score: Decimal | None, rules: Rules) -> str:
    """The verdict on an answer that came in by itself.

    What it says wins; a click means what was planned, a survey's score at least ``interested_from``
    means interested, and who registers or comes is interested. All others are undecided.
    """
    if kind == "click":
        return rules.click_means
    if interested is not None:
        return SAID[interested]
    if kind in COMING:
        return INTERESTED
    if score is not None and rules.interested_from is not None:
        return INTERESTED if score >= rules.interested_from else UNDECIDED
    return UNDECIDED


def last_word(answers: Sequence[Judged]) -> Judged | None:
    """The answer that counts: the latest one. What somebody said outweighs clicks, which only hint."""
    return max(answers, key=_weight, default=None)


def last_score(answers: Sequence[Judged]) -> Decimal | None:
    """The score of the latest answer that has one."""
    scored = [answer for answer in answers if answer.score is not None]
    return max(scored, key=_weight).score if scored else None


def _weight(answer: Judged) -> tuple[bool, datetime, UUID]:
    said = answer.kind != "click" or answer.judged_at is not None
    return said, answer.judged_at or answer.responded_at, answer.id
