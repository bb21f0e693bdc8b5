"""Events of waves: when they go out, and to whom."""

from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from contracts.event import (
    PAGE_LIMIT,
    Code,
    Count,
    Event,
    Moment,
    Money,
    Part,
    Text,
    event,
)

WallClock = Annotated[str, msgspec.Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d$", description="24 hours, hh:mm")]


class SendWindow(Part, kw_only=True):
    """When copies may go out, on the clock of each contact's time zone. ``days``: Monday is 1."""

    opens: WallClock
    closes: WallClock
    days: Annotated[list[Annotated[int, msgspec.Meta(ge=1, le=7)]], msgspec.Meta(min_length=1, max_length=7)]


class Schedule(Part, kw_only=True):
    """When a wave goes out. Copies that are not out by ``expires_at`` are not sent at all.

    ``local_time`` is wall-clock time (``2026-12-01T09:00``) in each contact's own time zone.
    """

    not_before: Moment | None = None
    local_time: (
        Annotated[str, msgspec.Meta(pattern=r"^\d{4}-\d{2}-\d{2}T([01]\d|2[0-3]):[0-5]\d$")] | None
    ) = None
    window: SendWindow | None = None
    expires_at: Moment | None = None


class Variant(Part, kw_only=True):
    """One of the templates that a wave tries; ``share`` is its part of the sample in percent."""

    name: Code
    template_id: UUID
    share: Annotated[int, msgspec.Meta(ge=1, le=100)]


class Trial(Part, kw_only=True):
    """An A/B test: ``sample_percent`` of the targets get the variants, the rest gets the winner.

    The winner has the highest rate of ``metric`` among accepted copies ``decide_after_seconds`` after the
    sample went out; with ``by_hand`` a person chooses.
    """

    variants: Annotated[list[Variant], msgspec.Meta(min_length=2, max_length=8)]
    sample_percent: Annotated[int, msgspec.Meta(ge=1, le=100)]
    metric: Literal["clicks", "opens", "answers"] = "clicks"
    decide_after_seconds: Annotated[int, msgspec.Meta(ge=60)] = 14_400
    by_hand: bool = False


class WaveTarget(Part, kw_only=True):
    """One target of a wave."""

    target_id: UUID
    contact_id: UUID


@event("wave.released.v1", producer="campaign")
class WaveReleased(Event, kw_only=True):
    """A wave may go out. Its targets follow in ``pages`` pages."""

    wave_id: UUID
    campaign_id: UUID
    campaign_code: Code
    campaign_name: Text
    department: Code
    number: Annotated[int, msgspec.Meta(ge=1)]
    channel: Literal["email", "sms", "dm", "fax", "chat"]
    template_id: UUID
    targets: Count
    pages: Count
    released_at: Moment
    schedule: Schedule | None = None
    trial: Trial | None = None


@event("wave.targets.v1", producer="campaign")
class WaveTargets(Event, kw_only=True):
    """One page of a wave's targets; ``page`` counts from 1 to ``pages``."""

    wave_id: UUID
    campaign_id: UUID
    page: Annotated[int, msgspec.Meta(ge=1)]
    pages: Count
    targets: Annotated[list[WaveTarget], msgspec.Meta(max_length=PAGE_LIMIT)]


@event("wave.funds_wanted.v1", producer="campaign")
class WaveFundsWanted(Event, kw_only=True):
    """A wave is about to go out and asks for what it will cost: targets x unit_cost, in ``total``."""

    funding_id: UUID
    wave_id: UUID
    campaign_id: UUID
    line_id: UUID
    targets: Count
    unit_cost: Decimal
    total: Money
    at: Moment


@event("wave.funds_returned.v1", producer="campaign")
class WaveFundsReturned(Event, kw_only=True):
    """A wave that got its money does not go out after all: its campaign has ended meanwhile."""

    funding_id: UUID
    wave_id: UUID
    campaign_id: UUID
    reason: Text
    at: Moment
