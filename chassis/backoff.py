"""Waiting longer after each failure, with jitter, and giving up the wait when told to stop."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass

_STEP_SECONDS = 0.1


@dataclass
class Backoff:
    """Exponential from ``base`` to ``cap`` seconds; each wait is drawn from its upper half."""

    base: float = 0.2
    cap: float = 5.0
    failures: int = 0

    def next(self) -> float:
        """Seconds to wait after one more failure."""
        ceiling = min(self.cap, self.base * 2 ** min(self.failures, 30))
        self.failures += 1
        return random.uniform(ceiling / 2, ceiling)

    def reset(self) -> None:
        """Start again from ``base``."""
        self.failures = 0

    @staticmethod
    def sleep(seconds: float, *, until: Callable[[], bool] = lambda: False) -> None:
        """Sleep, but return early once ``until`` is true."""
        end = time.monotonic() + seconds
        while not until() and (left := end - time.monotonic()) > 0:
            time.sleep(min(_STEP_SECONDS, left))
