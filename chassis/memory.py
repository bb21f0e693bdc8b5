"""The broker inside one process: kombu's, but that whoever waits for a message is woken by it.

kombu looks again and again, and with a reader for each queue that alone would take a seventh of a core.
"""

import time
from collections import defaultdict
from queue import Empty
from threading import Event
from typing import Any

from kombu.transport import memory

_waiting: defaultdict[str, set[Event]] = defaultdict(set)
"""Who waits, by the queue."""


class Channel(memory.Channel):  # type: ignore[misc]
    """Wakes those who wait for the queue that a message comes into."""

    def _put(self, queue: str, message: Any, **options: Any) -> None:
        super()._put(queue, message, **options)
        for arrived in tuple(_waiting[queue]):
            arrived.set()


class Transport(memory.Transport):  # type: ignore[misc]
    """What ``memory://`` stands for here."""

    Channel = Channel

    def drain_events(self, _connection: Any, timeout: float | None = None) -> None:
        """Hand one message out, or raise TimeoutError when none came in time."""
        end = None if timeout is None else time.monotonic() + timeout
        arrived = Event()
        queues = [name for channel in self.channels for name in channel._active_queues]
        for name in queues:
            _waiting[name].add(arrived)
        try:
            while not self._hand_out():
                left = None if end is None else end - time.monotonic()
                if left is not None and left <= 0:
                    raise TimeoutError
                arrived.wait(left)
                arrived.clear()
        finally:
            for name in queues:
                _waiting[name].discard(arrived)

    def _hand_out(self) -> bool:
        try:
            self.cycle.get(self._deliver)
        except Empty:
            return False
        return True
