"""A process that hands messages to an SMS centre or a gateway and writes what became of each.

``python -m tests.services.outreach.channels.sms.submitting FOLDER``: each ``NAME.json`` that comes into the
folder has ``url``, ``messages`` as [address, text] pairs, and settings by their names; the answers are lines
of JSON in ``NAME.answers``. The process is not made cooperative, as a sender is not.
"""

import json
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from msgspec.structs import asdict

from chassis.ids import new_id
from services.outreach.channels.batches import stream_of
from services.outreach.channels.channel import Answer, Message, Stream
from services.outreach.channels.sms.copy import Tariff
from services.outreach.channels.sms.gateway import Gateway, GatewayTransport
from services.outreach.channels.sms.line import Received
from services.outreach.channels.sms.session import Centre, source_address
from services.outreach.channels.sms.smpp import SmppTransport, Style
from services.outreach.channels.sms.ways import tariff_of

LONGEST_SECONDS = 60.0
LOOK_SECONDS = 0.01


class Drawer:
    """Keeps nothing but the number of deliveries."""

    def __init__(self) -> None:
        self.received = 0

    def store(self, received: Sequence[Received]) -> None:
        self.received += len(received)

    def store_parts(self, answers: Sequence[Answer]) -> None:
        return


def stream_to(
    url: str,
    *,
    sender: str = "Fanfare",
    window: int = 50,
    seconds: float = 20.0,
    quiet_seconds: float = 30.0,
    payload: bool = False,
    price: str = "",
) -> Stream:
    """The transport that the settings would give for ``url``."""
    tariff: Tariff = tariff_of(price, "EUR")
    if url.startswith("smpp"):
        return SmppTransport(
            Centre.at(url, seconds=seconds),
            style=Style(source=source_address(sender), receipts=True, payload=payload),
            tariff=tariff,
            window=window,
            quiet_seconds=quiet_seconds,
            inbox=Drawer(),
        )
    gateway = Gateway.at(url, sender=sender, callback="", seconds=seconds)
    return stream_of(GatewayTransport(gateway, connections=4, tariff=tariff))


def send(stream: Stream, messages: Sequence[Message]) -> Iterator[Answer]:
    """Hand over, and wait for every answer."""
    stream.accept(messages)
    until = time.monotonic() + LONGEST_SECONDS
    while stream.in_hand and time.monotonic() < until:
        yield from stream.answers(patience=0.2)


def submit(order: Path) -> None:
    """Carry out one order."""
    given: dict[str, Any] = json.loads(order.read_text())
    url, pairs = given.pop("url"), given.pop("messages")
    again = given.pop("rounds", 1)
    stream = stream_to(url, **given)
    waiting = {new_id(): (address, text) for address, text in pairs}
    lines = []
    for _ in range(again):
        messages = [Message(one, address, text.encode()) for one, (address, text) in waiting.items()]
        for answer in send(stream, messages):
            address, _ = waiting[answer.delivery_id]
            lines.append(json.dumps(asdict(answer) | {"address": address}, default=str))
            if answer.fate not in {"unreached", "deferred"}:
                del waiting[answer.delivery_id]
        if not waiting:
            break
        time.sleep(0.2)
    stream.close()
    written = order.with_suffix(".written")
    written.write_text("\n".join(lines))
    written.rename(order.with_suffix(".answers"))


def main(folder: Path) -> None:
    """Carry out orders until killed."""
    while True:
        for order in sorted(folder.glob("*.json")):
            submit(order)
            order.unlink()
        time.sleep(LOOK_SECONDS)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
