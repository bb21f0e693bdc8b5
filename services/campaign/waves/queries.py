"""Reads of waves and of their recipients."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, func, select

from chassis.database import Session
from contracts.event import PAGE_LIMIT
from services.campaign.waves.choosing import answer_class
from services.campaign.waves.model import ANSWER_CLASSES, WAITING, Wave, WaveRecipient

Picked = Row[UUID, UUID, Decimal | None]
"""(target_id, contact_id, score) of somebody whom a wave picked."""


@dataclass(frozen=True)
class WaveDetail:
    """A wave, and how many of its recipients came to each class of answer.

    It has no version of its own: recipients move while the wave's version stands still.
    """

    wave: Wave
    recipients_by_class: dict[str, int]


def wave_detail(session: Session, wave: Wave) -> WaveDetail:
    """The wave with its recipients by class, zeros included."""
    found = answer_class().label("answer_class")
    counted = select(found, func.count()).where(WaveRecipient.wave_id == wave.id).group_by(found)
    counts: dict[str, int] = {name: count for name, count in session.execute(counted)}
    return WaveDetail(wave, {name: counts.get(name, 0) for name in (*ANSWER_CLASSES, WAITING)})


def recipients(wave_id: UUID, *, only: str | None = None) -> Select[Any]:
    """The recipients of a wave with the class of their answer, all or only those of one class."""
    found = answer_class()
    columns = (column for column in WaveRecipient.__table__.c if column.key != "wave_id")
    wanted = select(*columns, found.label("answer_class")).where(WaveRecipient.wave_id == wave_id)
    return wanted if only is None else wanted.where(found == only)


def picked_pages(session: Session, wave_id: UUID, *, at: datetime) -> Iterator[Sequence[Picked]]:
    """Those whom a wave picked at ``at``, in pages of at most 500.

    They are read by key, so that few are held at a time.
    """
    columns = (WaveRecipient.target_id, WaveRecipient.contact_id, WaveRecipient.score)
    wanted = select(*columns).where(WaveRecipient.wave_id == wave_id, WaveRecipient.picked_at == at)
    following = wanted.order_by(WaveRecipient.target_id).limit(PAGE_LIMIT)
    rows: Sequence[Picked] = session.execute(following).all()
    while rows:
        yield rows
        rows = session.execute(following.where(WaveRecipient.target_id > rows[-1].target_id)).all()
