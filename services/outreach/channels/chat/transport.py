"""Handing chat messages to apprise, and finding out from it what became of each.

apprise only says yes or no, and writes the reason into its log. So what it logs while a message is sent
is read, with the exception that it has in hand then: that tells a refusal from a lost answer.
"""

import logging
import re
import sys
import threading
from typing import TYPE_CHECKING

import msgspec
import requests

from services.outreach.channels.channel import Answer, Fate, Message, Transport, Unsendable
from services.outreach.channels.chat.places import require_public
from services.outreach.channels.chat.writer import ChatText, services_of
from services.outreach.channels.gateways import BUSY, never_left
from services.outreach.channels.pooled import LONGEST_ANSWER, Pooled
from services.outreach.settings import OutreachSettings

if TYPE_CHECKING:
    from apprise import NotifyBase

_SPARE_SECONDS = 10.0
_STATUS = re.compile(r"error=(\d{3})\b")


def chat_ways(settings: OutreachSettings) -> dict[str, Transport]:
    """The transport for ``chat``, or nothing where no service is allowed."""
    if not services_of(settings):
        return {}
    return {
        "chat": Pooled(
            Chat(settings.chat_seconds).send,
            name="chat",
            connections=settings.chat_connections,
            seconds=2 * settings.chat_seconds + _SPARE_SECONDS,
        )
    }


class Chat:
    """Sends one message after the other. Each connection and each answer may take ``seconds``."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def send(self, message: Message) -> Answer:
        """Hand one message over; it is never parted into several, and never tried twice."""
        said = msgspec.json.decode(message.content, type=ChatText)
        try:
            require_public(message.address)
            place = _place(message.address, self._seconds)
            if len(said.body) > place.body_maxlen:
                raise Unsendable(f"too_long: {place.service_name} takes {place.body_maxlen} characters")
        except Unsendable as error:
            return Answer(message.delivery_id, "refused", str(error))
        with _Listening() as heard:
            taken = place.notify(body=said.body, title=said.title, body_format="text")
        if taken:
            return Answer(message.delivery_id, "accepted", f"taken by {place.service_name}")
        fate, text = heard.verdict()
        return Answer(message.delivery_id, fate, text[:LONGEST_ANSWER])


def _place(url: str, seconds: float) -> "NotifyBase":
    """The one place that a URL names. Raises Unsendable."""
    # Loading its 180 services takes 50 MB, which only those who chat shall pay.
    from apprise import Apprise, AppriseAsset, PersistentStoreMode

    asset = AppriseAsset(async_mode=False, storage_mode=PersistentStoreMode.MEMORY, plugin_paths=[])
    place = Apprise.instantiate(url, asset=asset, suppress_exceptions=True)
    if place is None:
        raise Unsendable("bad_address")
    if len(place) != 1:
        raise Unsendable("bad_address: it names more than one place")
    place.socket_connect_timeout = place.socket_read_timeout = seconds
    return place


class _Listening(logging.Handler):
    """Hears what apprise logs in this thread while it is entered."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self._thread = threading.get_ident()
        self._words: list[str] = []
        self._error: requests.RequestException | None = None

    def __enter__(self) -> "_Listening":
        logger = logging.getLogger("apprise")
        if logger.level > logging.WARNING or logger.level == logging.NOTSET:
            logger.setLevel(logging.WARNING)
        logger.addHandler(self)
        return self

    def __exit__(self, *_: object) -> None:
        logging.getLogger("apprise").removeHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        if record.thread != self._thread:
            return
        error = sys.exc_info()[1]
        if isinstance(error, requests.RequestException):
            self._error = error
        if record.levelno >= logging.WARNING:
            self._words.append(record.getMessage())

    def verdict(self) -> tuple[Fate, str]:
        """What became of a message that apprise says no to."""
        text = " ".join(self._words) or "apprise says no, and not why"
        if self._error is not None:
            text = f"{type(self._error).__name__}: {text}"
            return ("deferred" if never_left(self._error) else "uncertain"), text
        found = _STATUS.search(text)
        if found is None:
            return "uncertain", text
        status = int(found[1])
        if status in BUSY:
            return "deferred", text
        return ("refused" if 300 <= status < 500 else "uncertain"), text
