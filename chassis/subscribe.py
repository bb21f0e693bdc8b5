"""How a service says which events it reacts to.

``@subscribe(queue, EventClass)`` marks a method that gets one event at a time; ``@subscribe_all(queue)``
one that gets every message of a batch. Both run inside a transaction that the chassis commits.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from sqlalchemy import orm

from chassis import tracing
from chassis.envelope import Message, decode
from contracts.event import Event, declaration_of
from contracts.topology import QUEUES, Queue

F = TypeVar("F", bound=Callable[..., None])

_MARK = "_subscriptions"


class Reaction(Protocol):
    """Applies messages, all due and in order, within the session's transaction."""

    def __call__(self, session: orm.Session, messages: Sequence[Message]) -> None: ...


def subscribe(queue: str, event_class: type[Event]) -> Callable[[F], F]:
    """Have ``method(self, session, event)`` react to one kind of event on a queue of the topology."""
    declaration = declaration_of(event_class)
    if declaration.aggregate not in QUEUES[queue].follows:
        raise ValueError(
            f"{queue} does not follow {declaration.aggregate}, so {declaration.type} never arrives"
        )
    return _mark(queue, declaration.type)


def subscribe_all(queue: str) -> Callable[[F], F]:
    """Have ``method(self, session, messages)`` react to whole batches of a queue, decoded and checked."""
    return _mark(queue, None)


def _mark(queue: str, wire_type: str | None) -> Callable[[F], F]:
    def mark(method: F) -> F:
        marks: list[tuple[str, str | None]] = getattr(method, _MARK, [])
        setattr(method, _MARK, [*marks, (queue, wire_type)])
        return method

    return mark


@dataclass
class Subscription:
    """A queue of a service with what its methods do to each kind of event."""

    queue: Queue
    by_type: dict[str, Callable[[orm.Session, Event], None]] = field(default_factory=dict)
    whole: Callable[[orm.Session, Sequence[Message]], None] | None = None

    def check(self, message: Message) -> None:
        """Decode a message that a method will see. Raises OffSchema."""
        if self.whole is not None or message.type in self.by_type:
            decode(message)

    def react(self, session: orm.Session, messages: Sequence[Message]) -> None:
        """Call the methods for ``messages``; whatever they raise comes through."""
        if self.whole is not None:
            self.whole(session, messages)
            return
        for message in messages:
            method = self.by_type.get(message.type)
            if method is not None:
                with tracing.start(message.headers, message.type):
                    method(session, decode(message))


def subscriptions_of(service: Any) -> list[Subscription]:
    """What the methods of a service instance subscribe to, by queue.

    Raises ValueError when two methods take the same event, or a queue belongs to another service.
    """
    found: dict[str, Subscription] = {}
    for name in dir(type(service)):
        method = getattr(type(service), name)
        for queue_name, wire_type in getattr(method, _MARK, ()):
            queue = QUEUES[queue_name]
            if queue.service != service.name:
                raise ValueError(f"{queue_name} is a queue of {queue.service}, not of {service.name}")
            subscription = found.setdefault(queue_name, Subscription(queue))
            _add(subscription, wire_type, getattr(service, name))
    return list(found.values())


def _add(subscription: Subscription, wire_type: str | None, method: Callable[..., None]) -> None:
    if wire_type is None:
        if subscription.whole is not None:
            raise ValueError(f"{subscription.queue.name} has two methods for whole batches")
        subscription.whole = method
    elif wire_type in subscription.by_type:
        raise ValueError(f"{wire_type} has two methods on {subscription.queue.name}")
    else:
        subscription.by_type[wire_type] = method
