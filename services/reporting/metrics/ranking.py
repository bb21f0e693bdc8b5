"""Which campaigns get series of their own in the metrics. Pure."""

from collections.abc import Hashable, Mapping
from typing import TypeVar

SHOWN = 50
"""Most campaigns with series of their own."""

MARGIN = 10
"""How far a campaign's rank may move past the limit before its series come or go."""

K = TypeVar("K", bound=Hashable)


def choose(
    sizes: Mapping[K, int], before: frozenset[K], *, shown: int = SHOWN, margin: int = MARGIN
) -> frozenset[K]:
    """At most ``shown`` of the largest, of which those chosen ``before`` are given up late.

    One ranked within ``shown - margin`` is in; one chosen before stays down to ``shown + margin``
    while there is room; free places go by rank. So two that swap ranks at the limit change nothing.
    """
    ranked = sorted(sizes, key=lambda key: (-sizes[key], str(key)))
    sure = ranked[: shown - margin]
    staying = [key for key in ranked[shown - margin : shown + margin] if key in before]
    others = [key for key in ranked[shown - margin :] if key not in before]
    return frozenset([*sure, *staying, *others][:shown])
