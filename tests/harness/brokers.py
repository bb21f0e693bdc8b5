"""Empty brokers for tests: virtual hosts of a private node, or one broker that is swept before use."""

import itertools
from urllib.parse import urlsplit

import amqp
from kombu.transport import memory

from chassis.broker import DEAD_EXCHANGE, dead_name, lane_names
from contracts.topology import PRODUCERS, QUEUES
from fanfare.local.rabbitmq import RabbitServer

VHOSTS_AT_ONCE = 10


class VirtualHosts:
    """Gives out virtual hosts of a private node; each is used once."""

    def __init__(self, server: RabbitServer) -> None:
        self.server = server
        self._unused: list[str] = []
        self._numbers = itertools.count(1)

    def fresh_url(self) -> str:
        """The URL of a broker that nobody has used."""
        if not self._unused:
            self._unused = [f"test{next(self._numbers)}" for _ in range(VHOSTS_AT_ONCE)]
            self.server.create_vhosts(self._unused)
        return self.server.url_of(self._unused.pop())


class SweptBroker:
    """Gives out one running broker again and again, without the queues of the test before."""

    def __init__(self, url: str) -> None:
        self.url = url

    def fresh_url(self) -> str:
        """The URL of the broker, after every queue and exchange of the topology was deleted."""
        parts = urlsplit(self.url)
        with amqp.Connection(
            f"{parts.hostname}:{parts.port or 5672}",
            userid=parts.username or "guest",
            password=parts.password or "guest",
            virtual_host=parts.path[1:] or "/",
        ) as connection:
            channel = connection.channel()
            for queue in QUEUES.values():
                for name in (*lane_names(queue), dead_name(queue.name)):
                    channel.queue_delete(name)
            for exchange in (*(f"{producer}.events" for producer in PRODUCERS), DEAD_EXCHANGE):
                channel.exchange_delete(exchange)
        return self.url


Brokers = VirtualHosts | SweptBroker


def empty_memory_broker() -> None:
    """Forget what earlier tests left in the broker inside this process."""
    memory.Channel.queues.clear()
    memory.Transport.global_state.clear()
