"""The raw limit of ``events``: py-amqp alone, batches of 200 with confirms, consumed with prefetch 200.

It moves the same messages: 1 KB of body under the headers of an event, through a topic exchange into
a quorum queue. With ``bare`` in place of the exchange's name, only the body, straight into the queue.

``python -m bench.raw_amqp publish|consume URL QUEUE COUNT [bare]`` is one of the two processes; both print
the moment they began and ended, in seconds.
"""

import sys
import time
from collections.abc import Callable
from urllib.parse import unquote, urlsplit

import amqp

BATCH = 200
BODY = b"x" * 1024
KEY = "claim.submitted.v1"
HEADERS = {
    "ce-specversion": "1.0",
    "ce-source": "/finance",
    "ce-type": KEY,
    "ce-subject": "claim/01a20043-8e24-73f8-bde0-6cb3fe5b6936",
    "ce-sequence": "1",
    "ce-time": "2026-11-21T22:35:19.000000+00:00",
    "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
}


def connect(url: str) -> amqp.Connection:
    """An open connection to an amqp:// URL."""
    parts = urlsplit(url)
    host = unquote(parts.path[1:]) or "/"
    connection = amqp.Connection(
        host=f"{parts.hostname}:{parts.port}",
        userid=parts.username,
        password=parts.password,
        virtual_host=host,
    )
    connection.connect()
    return connection


def declare(channel: amqp.Channel, queue: str) -> None:
    """The quorum queue that both processes use, behind a topic exchange."""
    channel.queue_declare(queue, durable=True, auto_delete=False, arguments={"x-queue-type": "quorum"})
    channel.exchange_declare(f"{queue}.events", "topic", durable=True, auto_delete=False)
    channel.queue_bind(queue, f"{queue}.events", "claim.#")


def event_of(number: int) -> amqp.Message:
    """A message like those of the relay."""
    return amqp.Message(
        BODY,
        delivery_mode=2,
        content_type="application/json",
        content_encoding="utf-8",
        message_id=f"01a20043-8e24-73f8-bde0-{number:012d}",
        application_headers={**HEADERS, "ce-id": f"01a20043-8e24-73f8-bde0-{number:012d}"},
    )


def publish(url: str, queue: str, count: int, *, bare: bool) -> None:
    """Publish ``count`` messages of 1 KB."""
    connection = connect(url)
    channel = connection.channel()
    declare(channel, queue)
    channel.confirm_select()
    confirmed = 0

    def on_ack(tag: int, _multiple: bool) -> None:
        nonlocal confirmed
        confirmed = max(confirmed, tag)

    channel.events["basic_ack"].add(on_ack)
    for start in range(0, count, BATCH):
        for number in range(start, min(start + BATCH, count)):
            if bare:
                channel.basic_publish(amqp.Message(BODY, delivery_mode=2), routing_key=queue)
            else:
                channel.basic_publish(event_of(number), exchange=f"{queue}.events", routing_key=KEY)
        while confirmed < min(start + BATCH, count):
            connection.drain_events()
    connection.close()


def consume(url: str, queue: str, count: int, *, bare: bool) -> None:
    """Consume ``count`` messages, acknowledging each batch of 200 at once."""
    connection = connect(url)
    channel = connection.channel()
    declare(channel, queue)
    channel.basic_qos(0, BATCH, False)
    seen = 0

    def on_message(message: amqp.Message) -> None:
        nonlocal seen
        seen += 1
        if seen % (BATCH // 2) == 0 or seen == count:
            channel.basic_ack(message.delivery_tag, multiple=True)

    channel.basic_consume(queue, callback=on_message)
    while seen < count:
        connection.drain_events()
    connection.close()


if __name__ == "__main__":
    roles: dict[str, Callable[..., None]] = {"publish": publish, "consume": consume}
    began = time.time()
    roles[sys.argv[1]](sys.argv[2], sys.argv[3], int(sys.argv[4]), bare=sys.argv[5:] == ["bare"])
    print(began, time.time())
