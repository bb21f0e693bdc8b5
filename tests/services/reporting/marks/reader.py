"""A system that begins to listen when much has happened already, as docs/integrators.md tells it to."""

import re
from collections.abc import Callable
from typing import Any

from chassis import broker
from contracts.topology import PRODUCERS
from fanfare.local.process import wait_until
from tests.harness.serving import Client
from tests.services.reporting.people import FEED

QUEUE = "warehouse"
SECONDS = 30


class NewReader:
    """``applied`` has the ids of what it did, in order; ``positions`` how far each subject is done.

    ``aside`` is what the queue had too early, by subject and sequence; ``gaps`` are the subjects of which the
    feed itself left something out, with the sequences around it.
    """

    def __init__(self, client: Client, broker_url: str) -> None:
        self.client = client
        self.broker_url = broker_url
        self.applied: list[str] = []
        self.positions: dict[str, int] = {}
        self.aside: dict[tuple[str, int], str] = {}
        self.gaps: list[tuple[str, int, int]] = []
        self.after = 0

    def bind(self) -> str:
        """Collect in a queue from now on what is published, and set a mark. Returns the mark's path."""
        with broker.connected(self.broker_url) as connection:
            channel = connection.channel()
            arguments = {"x-queue-type": "quorum"}
            channel.queue_declare(queue=QUEUE, durable=True, auto_delete=False, arguments=arguments)
            for producer in PRODUCERS:
                exchange = f"{producer}.events"
                channel.exchange_declare(exchange=exchange, type="topic", durable=True, auto_delete=False)
                channel.queue_bind(queue=QUEUE, exchange=exchange, routing_key="#")
        return f"/feed-marks/{self.client.post('/feed-marks', as_=FEED).json()['id']}"

    def read_feed(self, *, path: str = "/events?limit=7") -> None:
        """Do all that the feed has by now."""
        while batch := (answer := self.client.get(f"{path}&after={self.after}", as_=FEED)).json():
            for event in batch:
                stream, sequence = f"{event['source']}#{event['subject']}", int(event["sequence"])
                done = self.positions.get(stream, 0)
                if sequence > done + 1:
                    self.gaps.append((stream, done, sequence))
                    self.positions[stream] = sequence - 1
                self._apply(event["id"], stream, sequence)
            (after,) = re.findall(r"after=(\d+)", answer.links["next"]["url"])
            self.after = int(after)

    def read_to(self, mark: str) -> None:
        """Read on until the mark stands in what was read, and nothing that is kept back comes by itself."""

        def reached() -> bool:
            shown = self.client.get(mark, as_=FEED).json()
            self.read_feed()
            behind = shown["position"] is None or self.after < shown["position"]
            return not behind and shown["held"] == shown["blocked"]

        assert wait_until(reached, seconds=SECONDS)

    def catch_up(self, mark: str) -> None:
        """Read queue and feed beside each other until nothing is kept back any more."""

        def caught_up() -> bool:
            shown = self.client.get(mark, as_=FEED).json()
            self.read_feed()
            return not shown["held"] and not self.aside

        self.take_queue(until=caught_up)

    def take_queue(self, *, until: Callable[[], bool]) -> None:
        """Do what the queue collected, and what comes, but for what the feed had."""
        with broker.connected(self.broker_url) as connection:
            channel: Any = connection.channel()

            def nothing_left() -> bool:
                while (message := channel.basic_get(QUEUE)) is not None:
                    headers = message.headers
                    stream = f"{headers['ce-source']}#{headers['ce-subject']}"
                    self._apply(headers["ce-id"], stream, int(headers["ce-sequence"]))
                    channel.basic_ack(message.delivery_tag)
                return until()

            assert wait_until(nothing_left, seconds=SECONDS)

    def _apply(self, event_id: str, stream: str, sequence: int) -> None:
        done = self.positions.get(stream, 0)
        if sequence > done + 1:
            self.aside[stream, sequence] = event_id
        if sequence != done + 1:
            return
        self.positions[stream] = sequence
        self.applied.append(event_id)
        self.aside.pop((stream, sequence), None)
        following = self.aside.pop((stream, sequence + 1), None)
        if following is not None:
            self._apply(following, stream, sequence + 1)
