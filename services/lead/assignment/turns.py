"""Whose turn it is, exactly over time. Pure.

Stride scheduling (C. A. Waldspurger and W. E. Weihl, "Stride Scheduling: Deterministic Proportional-Share
Resource Management", MIT/LCS/TM-528, 1995): each rep has a pass; the lowest is next and moves on by a stride
of SPAN / weight. Between two reps the shares never differ from the weights by more than one lead. Equal
weights are a round robin. Who joins or comes back starts from the pass of whoever is next, so that nobody
is owed what was given out while he was away, and nobody gains by having been there first.
"""

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

HEAVIEST = 100
SPAN = math.lcm(*range(1, HEAVIEST + 1))
"""Divisible by every weight, so that no stride is ever rounded."""

Place = tuple[int, int]
"""A rep's pass, and the number of the lead that he got last: among equals the lowest goes first."""


@dataclass
class Turns:
    """The order of one rule. ``here`` are those who took part in the last choice."""

    places: dict[str, Place] = field(default_factory=dict)
    here: frozenset[str] = frozenset()
    clock: int = 0
    count: int = 0

    def standing(self, present: Collection[str], eligible: Collection[str]) -> dict[str, Place]:
        """The places of all who are ``present``; those who were not the last time join at the current turn.

        The current turn is that of the next among the ``eligible`` for this lead who stayed.
        """
        stayed = [self.places[one][0] for one in eligible if one in self.here]
        turn = min(stayed, default=self.clock)
        return {one: self._place(one, turn) for one in present}

    def take(self, standing: Mapping[str, Place], chosen: str, *, weight: int = 1) -> None:
        """Let ``chosen``, of that standing, move on. Raises KeyError for one who is not in it."""
        at, _ = standing[chosen]
        self.count += 1
        self.clock = max(self.clock, at)
        self.here = frozenset(standing)
        self.places |= standing
        self.places[chosen] = (at + SPAN // weight, self.count)

    def forget(self, kept: Collection[str]) -> None:
        """Drop all others: they are no reps any more."""
        self.places = {one: place for one, place in self.places.items() if one in kept}
        self.here &= frozenset(kept)

    def _place(self, subject: str, turn: int) -> Place:
        own = self.places.get(subject)
        if own is not None and subject in self.here:
            return own
        if own is not None and own[0] >= turn:
            return own
        return turn, self.count


def first(standing: Mapping[str, Place], eligible: Collection[str]) -> str:
    """Who of ``eligible`` is next. Raises ValueError where there is nobody."""
    return min(eligible, key=lambda one: (*standing[one], one))
