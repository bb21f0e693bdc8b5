"""A transport that sends each message with a call that blocks, a few at the same time, in bounded time."""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Final
from uuid import UUID

from services.outreach.channels.channel import Answer, Message

BATCH_SECONDS: Final = 10.0
"""What has not been begun after this time is given back, so that a sender can stop in time."""

LONGEST_ANSWER: Final = 500

Send = Callable[[Message], Answer]


class Pooled:
    """See ``Transport``. ``send`` is called in threads, ``connections`` at the same time.

    A call that has not come back after ``seconds`` leaves its message uncertain, whatever it says later.
    """

    def __init__(self, send: Send, *, name: str, connections: int, seconds: float) -> None:
        self._send = send
        self._name = name
        self._connections = connections
        self._seconds = seconds
        self._begun: dict[UUID, float] = {}
        self._pool = self._new_pool()

    def deliver(self, messages: Sequence[Message], *, patience: float) -> Iterator[list[Answer]]:
        """See ``Transport``."""
        pending = {self._pool.submit(self._begin, message): message for message in messages}
        began = time.monotonic()
        try:
            while pending:
                done, _ = wait(pending, timeout=min(patience, 0.5), return_when=FIRST_COMPLETED)
                answers = [self._ended(future, pending.pop(future)) for future in done]
                answers += self._given_up(pending)
                if time.monotonic() - began > BATCH_SECONDS:
                    answers += self._not_begun(pending)
                yield answers
        finally:
            for future in pending:
                future.cancel()

    def close(self) -> None:
        """Begin nothing more."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _begin(self, message: Message) -> Answer:
        self._begun[message.delivery_id] = time.monotonic()
        return self._send(message)

    def _ended(self, future: "Future[Answer]", message: Message) -> Answer:
        """A call that fell over leaves its message uncertain too."""
        self._begun.pop(message.delivery_id, None)
        error = future.exception()
        if error is None:
            return future.result()
        text = f"{type(error).__name__}: {error}"[:LONGEST_ANSWER]
        return Answer(message.delivery_id, "uncertain", text)

    def _given_up(self, pending: "dict[Future[Answer], Message]") -> list[Answer]:
        """What hangs is uncertain. Its thread is left to itself, and others take its place."""
        late = time.monotonic() - self._seconds
        hanging = [
            one for one, message in pending.items() if self._begun.get(message.delivery_id, late) < late
        ]
        if not hanging:
            return []
        messages = [pending.pop(one) for one in hanging]
        self._pool.shutdown(wait=False)
        self._pool = self._new_pool()
        for one in [one for one in pending if one.cancel()]:
            message = pending.pop(one)
            pending[self._pool.submit(self._begin, message)] = message
        why = f"no answer within {self._seconds:g} s"
        return [Answer(message.delivery_id, "uncertain", why) for message in messages]

    def _not_begun(self, pending: "dict[Future[Answer], Message]") -> list[Answer]:
        slow = [pending.pop(one) for one in [one for one in pending if one.cancel()]]
        return [Answer(message.delivery_id, "unreached", "the other side is slow") for message in slow]

    def _new_pool(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(self._connections, thread_name_prefix=self._name)
