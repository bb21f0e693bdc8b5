"""Feels whether the cooperative process moves: what does not yield holds up everybody else in it."""

import time
from typing import NoReturn

from chassis.metrics import histogram

BEAT_SECONDS = 0.5

lag = histogram(
    "event_loop_lag_seconds",
    "How much later than asked for a greenlet of the process was woken.",
    buckets=(0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0),
)


def feel() -> NoReturn:
    """Sleep and see how late one wakes, for as long as the process runs."""
    while True:
        due = time.monotonic() + BEAT_SECONDS
        time.sleep(BEAT_SECONDS)
        lag.observe(max(0.0, time.monotonic() - due))
