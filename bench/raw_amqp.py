"""The raw limit of ``events``: py-amqp alone, batches of 200 with confirms, consumed with prefetch 200.

``python -m bench.raw_amqp publish|consume URL QUEUE COUNT`` is one of the two processes; both print
the moment they began and ended, in seconds.
"""

import sys
import time
from collections.abc import Callable
from urllib.parse import unquote, urlsplit

import amqp

BATCH = 200
BODY = b"x" * 1024


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
    """The quorum queue that both processes use."""
    channel.queue_declare(queue, durable=True, auto_delete=False, arguments={"x-queue-type": "quorum"})


def publish(url: str, queue: str, count: int) -> None:
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
        for _ in range(min(BATCH, count - start)):
            channel.basic_publish(amqp.Message(BODY, delivery_mode=2), routing_key=queue)
        while confirmed < min(start + BATCH, count):
            connection.drain_events()
    connection.close()


def consume(url: str, queue: str, count: int) -> None:
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
    roles: dict[str, Callable[[str, str, int], None]] = {"publish": publish, "consume": consume}
    began = time.time()
    roles[sys.argv[1]](sys.argv[2], sys.argv[3], int(sys.argv[4]))
    print(began, time.time())
