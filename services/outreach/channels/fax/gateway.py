"""Handing faxes to an HTTP gateway that speaks Phaxio's API (v2): a form with the number and the PDF.

A request that never got through is unreached. One that did, and has no answer that tells, may have been
taken: it is uncertain.
"""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from urllib.parse import unquote, urlsplit, urlunsplit

import requests

from chassis.logs import get_logger
from services.outreach.channels.channel import Answer, Fate, Message
from services.outreach.channels.pooled import LONGEST_ANSWER, never_left

log = get_logger(__name__)

CONNECT_SECONDS: Final = 10.0
CLOSED: Final = frozenset({401, 403, 404, 405})
"""Not the fax is wrong, but the gateway's address or our password."""

_BUSY: Final = frozenset({408, 409, 425, 429, 503})
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
            fate: Fate = "unreached" if never_left(error) else "uncertain"
            return Answer(message.delivery_id, fate, f"{type(error).__name__}: {error}"[:LONGEST_ANSWER])
        return _answer(message, response)


def _answer(message: Message, response: requests.Response) -> Answer:
    said = _document(response)
    data = said.get("data")
    fax = data if isinstance(data, dict) else {}
    fate = _fate_of(response.status_code, said, fax)
    if fate == "unreached":
        log.warning("fax_gateway_refuses_us", status=response.status_code)
    text = f"{response.status_code} {said.get('message') or response.reason}"[:LONGEST_ANSWER]
    if fate != "accepted":
        return Answer(message.delivery_id, fate, text)
    price = _price(fax)
    return Answer(message.delivery_id, fate, text, str(fax["id"]), price, "USD" if price is not None else "")


def _fate_of(status: int, said: dict[str, Any], fax: dict[str, Any]) -> Fate:
    if 200 <= status < 300:
        if said.get("success") is False:
            return "refused"
        # Without an id nobody can say what it took.
        return "accepted" if fax.get("id") else "uncertain"
    if status in CLOSED or 300 <= status < 400:
        return "unreached"
    if status in _BUSY:
        return "deferred"
    return "refused" if 400 <= status < 500 else "uncertain"


def _price(fax: dict[str, Any]) -> Decimal | None:
    """The gateway tells US cents, where it knows them yet."""
    try:
        return Decimal(str(fax["cost"])) / 100
    except (KeyError, InvalidOperation):
        return None


def _document(response: requests.Response) -> dict[str, Any]:
    try:
        found = response.json()
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
