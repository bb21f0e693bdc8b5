"""Who gets which target, by rule. Pure, and the same for the same targets however they are read.

Targets are dealt in the order of their contacts. Weights are dealt as nginx balances upstreams (smooth
weighted round robin): after any number of targets, nobody is more than one away from their part.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any, NamedTuple
from uuid import UUID

ROUND_ROBIN = "round_robin"
WEIGHT = "weight"
REGION = "region"
PRODUCT = "product"
RULES = (ROUND_ROBIN, WEIGHT, REGION, PRODUCT)


class Dealt(NamedTuple):
    """What of a target counts when it is dealt."""

    target_id: UUID
    contact_id: UUID
    region: str
    product: str


@dataclass(frozen=True, kw_only=True)
class Rule:
    """How targets are dealt.

    ``round_robin``: to ``staff`` by turns. ``weight``: to the keys of ``weights`` in proportion to them.
    ``region`` and ``product``: by turns to the staff that ``groups`` names for the target's own, or else to
    ``otherwise``; where that is empty too, the target is left.
    """

    by: str
    staff: Sequence[str] = ()
    weights: Mapping[str, int] = field(default_factory=dict)
    groups: Mapping[str, Sequence[str]] = field(default_factory=dict)
    otherwise: Sequence[str] = ()

    def plain(self) -> dict[str, Any]:
        """The rule as JSON values, without what it does not use."""
        if self.by == ROUND_ROBIN:
            return {"by": self.by, "staff": list(self.staff)}
        if self.by == WEIGHT:
            return {"by": self.by, "weights": dict(self.weights)}
        groups = {name: list(staff) for name, staff in self.groups.items()}
        return {"by": self.by, "groups": groups, "otherwise": list(self.otherwise)}


def deal(targets: Iterable[Dealt], rule: Rule) -> dict[UUID, str]:
    """The assignee by target. Targets that the rule gives to nobody are missing."""
    hands = _Hands(rule)
    dealt = {}
    for target in sorted(targets, key=lambda one: one.contact_id):
        assignee = hands.next_for(target)
        if assignee is not None:
            dealt[target.target_id] = assignee
    return dealt


class _Hands:
    """Whose turn it is, for each group of staff by itself."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self._turns = {name: cycle(staff) for name, staff in rule.groups.items() if staff}
        self._others = cycle(rule.staff or rule.otherwise)
        self._balance = dict.fromkeys(rule.weights, 0)

    def next_for(self, target: Dealt) -> str | None:
        if self.rule.by == WEIGHT:
            return self._by_weight()
        if self.rule.by in (REGION, PRODUCT):
            turns = self._turns.get(target.region if self.rule.by == REGION else target.product)
            if turns is not None:
                return next(turns)
        return next(self._others, None)

    def _by_weight(self) -> str:
        for name, weight in self.rule.weights.items():
            self._balance[name] += weight
        chosen = max(self._balance, key=lambda name: self._balance[name])
        self._balance[chosen] -= sum(self.rule.weights.values())
        return chosen
