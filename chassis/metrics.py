"""Prometheus metrics: made once per process under one prefix, and listed for the docs.

A label takes few values and never an id, an address, a routing key or an error text. Where the
values are known, they are given as ``starts``, so that each series exists from the first scrape.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)

PREFIX = "fanfare_"
CONTENT_TYPE = CONTENT_TYPE_LATEST
MOST_BUCKETS = 12
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""The usual bounds of a duration in seconds."""

disable_created_metrics()  # type: ignore[no-untyped-call]


@dataclass(frozen=True)
class Metric:
    """One metric as the docs list it. ``buckets`` are a histogram's upper bounds, +Inf left out."""

    name: str
    kind: str
    help: str
    labels: tuple[str, ...]
    buckets: tuple[float, ...] = ()


CATALOGUE: dict[str, Metric] = {}
"""Every metric made so far in this process, by its full name."""

_MADE: dict[str, Counter | Gauge | Histogram] = {}

M = TypeVar("M", Counter, Gauge, Histogram)


def counter(
    name: str, help: str, labels: tuple[str, ...] = (), *, starts: Iterable[tuple[str, ...]] = ()
) -> Counter:
    """A figure that only grows; ``name`` ends in ``_total`` and gets the prefix here."""
    if not name.endswith("_total"):
        raise ValueError(f"the counter {name} must end in _total")
    return _make(Counter, Metric(PREFIX + name, "counter", help, labels), starts)


def gauge(
    name: str, help: str, labels: tuple[str, ...] = (), *, starts: Iterable[tuple[str, ...]] = ()
) -> Gauge:
    """A figure that rises and falls."""
    return _make(Gauge, Metric(PREFIX + name, "gauge", help, labels), starts)


def histogram(
    name: str,
    help: str,
    labels: tuple[str, ...] = (),
    *,
    buckets: tuple[float, ...] = SECONDS,
    starts: Iterable[tuple[str, ...]] = (),
) -> Histogram:
    """A distribution over ``buckets``, ascending upper bounds; with +Inf there are at most twelve.

    Name the unit last, e.g. ``_seconds``, and make every objective a bound. Raises ValueError for
    more buckets.
    """
    if len(buckets) + 1 > MOST_BUCKETS:
        raise ValueError(f"{name} has {len(buckets) + 1} buckets with +Inf; {MOST_BUCKETS} is the most")
    return _make(Histogram, Metric(PREFIX + name, "histogram", help, labels, buckets), starts)


def exposition() -> bytes:
    """All metrics of this process in the text format that Prometheus scrapes."""
    return generate_latest(REGISTRY)


def _make(kind: type[M], metric: Metric, starts: Iterable[tuple[str, ...]]) -> M:
    made = _MADE.get(metric.name)
    if made is None:
        if kind is Histogram:
            made = Histogram(metric.name, metric.help, metric.labels, buckets=metric.buckets)
        else:
            made = kind(metric.name, metric.help, metric.labels)
        _MADE[metric.name] = made
        CATALOGUE[metric.name] = metric
    if CATALOGUE[metric.name] != metric or not isinstance(made, kind):
        raise ValueError(f"{metric.name} exists already with another kind, help, labels or buckets")
    for values in starts:
        made.labels(*values)
    return made
