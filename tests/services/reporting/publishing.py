"""Publishing events as the services whose events they are do it."""

from collections.abc import Sequence

from chassis import broker
from chassis.broker import Publisher, Wire
from chassis.envelope import Message, headers_of
from chassis.ids import new_id
from chassis.outbox import Outgoing


def publish(url: str, messages: Sequence[Message]) -> None:
    """Publish each message to its producer's exchange, as the producer's relay does."""
    with broker.connected(url) as connection:
        publishers: dict[str, Publisher] = {}
        for message in messages:
            exchange = f"{message.source.strip('/')}.events"
            publisher = publishers.setdefault(exchange, Publisher(connection, exchange))
            publisher.ship([_wire(message)])


def _wire(message: Message) -> Wire:
    outgoing = Outgoing(
        id=0,
        event_id=str(new_id()),
        type=message.type,
        subject=message.subject,
        sequence=message.position,
        time=message.time.isoformat(),
        traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        data=message.body.decode(),
    )
    headers = headers_of(outgoing, message.source) | {"ce-id": message.id}
    return Wire(message.type, message.id, headers, outgoing.data)
