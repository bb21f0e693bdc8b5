"""The funnel: how many leads ever came to each state, and how long half of them stayed there at most."""

from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from statistics import median

from services.lead.leads.states import STATES, State

_HOUR = 3600


@dataclass(frozen=True)
class Stage:
    """``share`` is of all leads; ``median_hours`` of the stays that are over, None where none is."""

    state: str
    reached: int
    share: Decimal
    left: int
    median_hours: Decimal | None


class Funnel:
    """Takes the history of one lead after another, and keeps a number for each state it has left."""

    def __init__(self) -> None:
        self.leads = 0
        self._reached = dict.fromkeys((state.value for state in STATES), 0)
        self._stays: dict[str, array[float]] = {state.value: array("d") for state in STATES}

    def add(self, captured_at: datetime, entries: Iterable[tuple[str, datetime]]) -> None:
        """One lead: when it was captured, and the state that each act left it in, oldest first."""
        self.leads += 1
        state, since = State.NEW.value, captured_at
        seen = {state}
        for after, at in entries:
            if after == state:
                continue
            self._stays[state].append(max(0.0, (at - since).total_seconds()))
            state, since = after, at
            seen.add(after)
        for one in seen:
            self._reached[one] += 1

    def stages(self) -> list[Stage]:
        """Each state in the order of a lead's life."""
        return [self._stage(state.value) for state in STATES]

    def _stage(self, state: str) -> Stage:
        reached, stays = self._reached[state], self._stays[state]
        share = Decimal(reached) / self.leads if self.leads else Decimal()
        hours = Decimal(str(median(stays) / _HOUR)).quantize(Decimal("0.01")) if stays else None
        return Stage(state, reached, share.quantize(Decimal("0.0001")), len(stays), hours)
