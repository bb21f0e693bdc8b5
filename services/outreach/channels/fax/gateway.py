"""Handing faxes to an HTTP gateway that speaks Phaxio's API (v2): a form with the number and the PDF."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

import requests

from chassis.logs import get_logger
from services.outreach.channels.channel import Answer, Fate, Message
from services.outreach.channels.gateways import CONNECT_SECONDS, document, fate_of, unanswered
from services.outreach.channels.pooled import LONGEST_ANSWER

log = get_logger(__name__)

_USUAL_PATH = "/v2.1/faxes"


@dataclass(frozen=True)
class FaxGateway:
    """Where a gateway is, and who we are there."""

    url: str
    key: str
    secret: str
    seconds: float

    @classmethod
    def at(cls, url: str, *, seconds: float) -> "FaxGateway":
        """The gateway of an ``https://key:secret@host`` URL. Raises ValueError for another.

        A path takes the place of the usual one.
        """
        parts = urlsplit(url)
        if parts.scheme not in {"https", "http"} or not parts.hostname or not parts.username:
            raise ValueError("the fax gateway's URL must be https://key:secret@host")
        host = parts.hostname if parts.port is None else f"{parts.hostname}:{parts.port}"
        path = parts.path if parts.path.strip("/") else _USUAL_PATH
        where = urlunsplit((parts.scheme, host, path, "", ""))
        return cls(where, unquote(parts.username), unquote(parts.password or ""), seconds)

    def send(self, message: Message) -> Answer:
        """Hand one fax over."""
        try:
            response = requests.post(
                self.url,
                data={"to": message.address, "tag[delivery]": str(message.delivery_id)},
                files={"file": ("fax.pdf", message.content, "application/pdf")},
                auth=(self.key, self.secret),
                timeout=(min(CONNECT_SECONDS, self.seconds), self.seconds),
                allow_redirects=False,
            )
        except requests.RequestException as error:
            return unanswered(message, error)
        return _answer(message, response)


def _answer(message: Message, response: requests.Response) -> Answer:
    said = document(response)
    data = said.get("data")
    fax = data if isinstance(data, dict) else {}
    fate = fate_of(response.status_code, taken=_taken(said, fax))
    if fate == "unreached":
        log.warning("fax_gateway_refuses_us", status=response.status_code)
    text = f"{response.status_code} {said.get('message') or response.reason}"[:LONGEST_ANSWER]
    if fate != "accepted":
        return Answer(message.delivery_id, fate, text)
    price = _price(fax)
    return Answer(message.delivery_id, fate, text, str(fax["id"]), price, "USD" if price is not None else "")


def _taken(said: dict[str, Any], fax: dict[str, Any]) -> Fate:
    if said.get("success") is False:
        return "refused"
    # Without an id nobody can say what it took.
    return "accepted" if fax.get("id") else "uncertain"


def _price(fax: dict[str, Any]) -> Decimal | None:
    """The gateway tells US cents, where it knows them yet."""
    try:
        return Decimal(str(fax["cost"])) / 100
    except (KeyError, InvalidOperation):
        return None
