"""``storm``: every event is delivered three times, shuffled within a second.

A queue of our own is bound to every exchange. For each event that comes by, two copies are put
straight into every queue that follows it, through the default exchange, each after a random pause
of up to a second. So they stand beside the original in an order of their own, and what the
services run is the product and nothing else.
"""

import heapq
import itertools
import threading
import time
from random import Random
from typing import Self

import kombu

from bench.chaos.stage import Stage
from bench.chaos.verdict import Verdict, judge
from chassis.broker import lane_names
from contracts.topology import PRODUCERS, QUEUES
from fanfare.local.process import wait_until

SEED = 3
COPIES = 2
SPREAD_SECONDS = 1.0
CALM_SECONDS = 3.0


class Storm:
    """Copies what is published on a broker, in a thread of its own."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.seen = 0
        self.copied = 0
        self._chance = Random(SEED)
        self._numbers = itertools.count()
        self._later: list[tuple[float, int, str, kombu.Message]] = []
        self._stop = threading.Event()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._blow)

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait(30)
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def die_down(self) -> None:
        """Wait until nothing new has come by for a while and every copy is out."""
        last = [self.seen, time.monotonic()]

        def calm() -> bool:
            if self.seen != last[0]:
                last[:] = [self.seen, time.monotonic()]
            return not self._later and time.monotonic() - last[1] > CALM_SECONDS

        wait_until(calm, seconds=60, pause=0.1)

    def _blow(self) -> None:
        with kombu.Connection(self.url) as connection:
            channel = connection.channel()
            tap = kombu.Queue("chaos.tap", exclusive=True, auto_delete=True).bind(channel)
            tap.queue_declare()
            for producer in PRODUCERS:
                tap.bind_to(exchange=f"{producer}.events", routing_key="#")
            producer_of_copies = kombu.Producer(channel)
            with kombu.Consumer(
                channel, [kombu.Queue("chaos.tap", no_declare=True)], no_ack=True
            ) as consumer:
                consumer.on_message = self._take
                self._ready.set()
                while not self._stop.is_set():
                    try:
                        connection.drain_events(timeout=0.01)
                    except TimeoutError:
                        self._copy(producer_of_copies)
                    else:
                        self._copy(producer_of_copies)

    def _take(self, message: kombu.Message) -> None:
        self.seen += 1
        aggregate = str(message.delivery_info["routing_key"]).partition(".")[0]
        for queue in QUEUES.values():
            if aggregate in queue.follows and queue.lanes == 1:
                for _ in range(COPIES):
                    at = time.monotonic() + self._chance.uniform(0, SPREAD_SECONDS)
                    heapq.heappush(self._later, (at, next(self._numbers), queue.name, message))

    def _copy(self, copies: kombu.Producer) -> None:
        while self._later and self._later[0][0] <= time.monotonic():
            _, _, name, message = heapq.heappop(self._later)
            copies.publish(
                message.body,
                routing_key=name,
                headers=message.headers,
                content_type="application/json",
                content_encoding="utf-8",
                message_id=message.properties.get("message_id"),
                delivery_mode=2,
            )
            self.copied += 1


def run(stage: Stage, *, short: bool) -> Verdict:
    """The main flow in a storm; ``short`` changes nothing, it is as short as the flow."""
    undisturbed = stage.undisturbed
    assert all(lane_names(queue) == [queue.name] for queue in QUEUES.values())
    with stage.performance() as performance, Storm(performance.broker_url) as storm:
        performance.play()
        performance.settle()
        storm.die_down()
        verdict = judge("storm", performance, undisturbed)
    verdict.notes = f"{storm.seen} events, {storm.copied} copies beside them"
    if not storm.copied:
        verdict.broken.append("there was no storm")
    return verdict
