"""How often a client that does not sign in may ask."""

import threading
import time
from collections import OrderedDict

from chassis.errors import TooMany

REMEMBERED_CLIENTS = 10_000


class Allowance:
    """A bucket for each client that refills by ``rate`` tokens a second up to ``burst``."""

    def __init__(self, *, rate: float, burst: float) -> None:
        self.rate = rate
        self.burst = burst
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, client: str) -> None:
        """Use one token of ``client``. Raises TooMany when there is none."""
        moment = time.monotonic()
        with self._lock:
            left, since = self._buckets.get(client, (self.burst, moment))
            left = min(self.burst, left + (moment - since) * self.rate)
            self._buckets[client] = (max(left - 1, 0.0) if left >= 1 else left, moment)
            self._buckets.move_to_end(client)
            if len(self._buckets) > REMEMBERED_CLIENTS:
                self._buckets.popitem(last=False)
        if left < 1:
            raise TooMany(retry_after=max(1, round((1 - left) / self.rate)))
