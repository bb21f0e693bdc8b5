"""Trials: who gets which variant, and which variant wins. Pure rules.

Who is in the sample is drawn by a hash of wave and target, so that it is the same whenever and wherever
it is asked, and another one in the next wave.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import erfc, sqrt
from typing import Any
from uuid import UUID

_SLOTS = 1_000_000


@dataclass(frozen=True)
class Tried:
    """What came of one variant: how many accepted copies, and how many of them had the reaction."""

    name: str
    accepted: int
    reacted: int

    @property
    def rate(self) -> float:
        return self.reacted / self.accepted if self.accepted else 0.0

    @property
    def words(self) -> str:
        return f"{self.name} {self.rate:.2%} ({self.reacted} of {self.accepted})"


@dataclass(frozen=True)
class Decision:
    """The number of the variant that is chosen, and why."""

    chosen: int
    why: str


def draw(trial: Mapping[str, Any], *, wave_id: UUID, target_id: UUID) -> int | None:
    """The number of the variant that a target tries; None for one that waits for the winner."""
    digest = hashlib.sha256(wave_id.bytes + target_id.bytes).digest()
    if int.from_bytes(digest[:8], "big") % _SLOTS >= trial["sample_percent"] * _SLOTS // 100:
        return None
    shares = [variant["share"] for variant in trial["variants"]]
    slot = int.from_bytes(digest[8:16], "big") % sum(shares)
    for number, share in enumerate(shares):
        slot -= share
        if slot < 0:
            return number
    raise AssertionError("shares add up")


def decide(tried: Sequence[Tried], *, metric: str, fewest: int) -> Decision:
    """The variant with the highest rate. The first one stands where there is too little to go by, or a tie.

    ``fewest`` is how many accepted copies each variant needs.
    """
    figures = ", ".join(one.words for one in tried)
    short = [one for one in tried if one.accepted < fewest]
    if short:
        names = " and ".join(one.name for one in short)
        why = f"too few copies of {names} to judge by (at least {fewest} each); the first variant stands"
        return Decision(0, f"{tried[0].name}: {why}. Rate of {metric}: {figures}.")
    if not any(one.reacted for one in tried):
        return Decision(0, f"{tried[0].name}: there were no {metric} at all; the first variant stands.")
    best = max(one.rate for one in tried)
    first, *others = [number for number, one in enumerate(tried) if one.rate == best]
    name = tried[first].name
    if others:
        why = f"{name}: the first of those with the same highest rate"
        return Decision(first, f"{why}. Rate of {metric}: {figures}.")
    second = max((one for number, one in enumerate(tried) if number != first), key=lambda one: one.rate)
    chance = by_chance(tried[first], second)
    why = f"{name}: the highest rate; equal variants would differ as much in {chance:.0%} of cases"
    return Decision(first, f"{why}. Rate of {metric}: {figures}.")


def by_chance(one: Tried, other: Tried) -> float:
    """How often two equal variants differ at least so much: the two-sided z-test of two proportions.

    https://en.wikipedia.org/wiki/Two-proportion_Z-test, with the pooled variance.
    """
    pooled = (one.reacted + other.reacted) / (one.accepted + other.accepted)
    spread = sqrt(pooled * (1 - pooled) * (1 / one.accepted + 1 / other.accepted))
    return erfc(abs(one.rate - other.rate) / spread / sqrt(2)) if spread else 1.0
