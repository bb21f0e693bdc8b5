"""Handing texts to an HTTP gateway with Twilio's API, a form each, over a few connections that stay open."""

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

import requests

from chassis.logs import get_logger
from services.outreach.channels.channel import Answer, Fate, Message
from services.outreach.channels.gateways import CONNECT_SECONDS, document, fate_of, unanswered
from services.outreach.channels.pooled import BATCH_SECONDS, LONGEST_ANSWER
from services.outreach.channels.sms import gsm
from services.outreach.channels.sms.copy import Tariff

log = get_logger(__name__)


@dataclass(frozen=True)
class Gateway:
    """Where a gateway is, and who we are there. ``sender`` is a number, a short code or a name.

    ``callback`` is where it reports to; empty where its own settings say that.
    """

    url: str
    account: str
    token: str
    sender: str
    callback: str
    seconds: float

    @classmethod
    def at(cls, url: str, *, sender: str, callback: str, seconds: float) -> "Gateway":
        """The gateway of an ``https://account:token@host`` URL. Raises ValueError for another.

        A path takes the place of the usual one.
        """
        parts = urlsplit(url)
        if parts.scheme not in {"https", "http"} or not parts.hostname or not parts.username:
            raise ValueError("the SMS gateway's URL must be https://account:token@host")
        account, token = unquote(parts.username), unquote(parts.password or "")
        host = parts.hostname if parts.port is None else f"{parts.hostname}:{parts.port}"
        usual = f"/2010-04-01/Accounts/{account}/Messages.json"
        path = parts.path if parts.path.strip("/") else usual
        return cls(urlunsplit((parts.scheme, host, path, "", "")), account, token, sender, callback, seconds)

    def form(self, message: Message) -> dict[str, str]:
        """The request for a message. A sender that begins with MG is a messaging service."""
        service = self.sender.startswith("MG") and len(self.sender) == 34
        form = {"To": message.address, "Body": message.content.decode()}
        form["MessagingServiceSid" if service else "From"] = self.sender
        return form | ({"StatusCallback": self.callback} if self.callback else {})


class GatewayTransport:
    """See ``Transport``."""

    def __init__(self, gateway: Gateway, *, connections: int, tariff: Tariff) -> None:
        self._gateway = gateway
        self._tariff = tariff
        self._pool = ThreadPoolExecutor(connections, thread_name_prefix="sms-gateway")
        self._local = threading.local()

    def deliver(self, messages: Sequence[Message], *, patience: float) -> Iterator[list[Answer]]:
        """See ``Transport``."""
        waiting = {self._pool.submit(self._send, message): message for message in messages}
        pending: set[Future[Answer]] = set(waiting)
        spent = 0.0
        try:
            while pending:
                seconds = min(patience, BATCH_SECONDS)
                done, pending = wait(pending, timeout=seconds, return_when=FIRST_COMPLETED)
                spent += 0 if done else seconds
                answers = [future.result() for future in done]
                if spent >= BATCH_SECONDS:
                    slow = {future for future in pending if future.cancel()}
                    pending -= slow
                    answers += [_unreached(waiting[future], "the SMS gateway is slow") for future in slow]
                yield answers
        finally:
            for future in pending:
                future.cancel()

    def close(self) -> None:
        """Give the connections back."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _send(self, message: Message) -> Answer:
        gateway = self._gateway
        try:
            response = self._session().post(
                gateway.url,
                data=gateway.form(message),
                auth=(gateway.account, gateway.token),
                timeout=(min(CONNECT_SECONDS, gateway.seconds), gateway.seconds),
                allow_redirects=False,
            )
        except requests.RequestException as error:
            return unanswered(message, error)
        return self._answer(message, response)

    def _answer(self, message: Message, response: requests.Response) -> Answer:
        said = document(response)
        fate = fate_of(response.status_code, taken=_taken(said))
        text = f"{response.status_code} {said.get('message') or said.get('status') or response.reason}"
        if said.get("code") or said.get("error_code"):
            text += f" ({said.get('code') or said.get('error_code')})"
        if fate == "unreached":
            log.warning("sms_gateway_refuses_us", status=response.status_code)
        price, currency = self._price(message, said) if fate == "accepted" else (None, "")
        return Answer(
            message.delivery_id, fate, text[:LONGEST_ANSWER], str(said.get("sid") or ""), price, currency
        )

    def _price(self, message: Message, said: dict[str, Any]) -> tuple[Decimal | None, str]:
        """The gateway's own price, which it gives as a negative number, or the agreed one."""
        try:
            price = abs(Decimal(str(said["price"])))
        except (KeyError, InvalidOperation):
            parts = str(said.get("num_segments"))
            number = int(parts) if parts.isdigit() else gsm.parts_of(message.content.decode()).parts
            return self._tariff.of(number), self._tariff.currency
        return price, str(said.get("price_unit") or "")

    def _session(self) -> requests.Session:
        found: requests.Session | None = getattr(self._local, "session", None)
        if found is None:
            found = self._local.session = requests.Session()
        return found


def _taken(said: dict[str, Any]) -> Fate:
    if not said.get("sid"):
        # Without an id nobody can say what it took.
        return "uncertain"
    return "refused" if said.get("status") in {"failed", "undelivered"} else "accepted"


def _unreached(message: Message, why: str) -> Answer:
    return Answer(message.delivery_id, "unreached", why)
