"""Return paths that name their delivery (VERP), so that a bounce finds its recipient without guessing.

The envelope sender of each mail is ``bounce+TOKEN@domain``. The token is the delivery id (16 bytes)
and the first 8 bytes of an HMAC-SHA256 over it, keyed with the link key, both as hex: some mail
servers change upper and lower case on the way, and hex does not mind.
"""

import hmac
import re
from email.utils import parseaddr
from uuid import UUID

from chassis.keys import keys_in
from services.outreach.links.mac import Mac

_SIGNATURE_BYTES = 8
_TOKEN = re.compile(r"[0-9a-f]{48}")

_PURPOSE = b"return path "
"""Keeps the signatures apart from those of links, which are made with the same key."""


class ReturnPaths:
    """Makes return paths with the first of the keys, and reads those made with any.

    ``address`` is where bounces go, such as ``bounce@example.com``.
    """

    def __init__(self, *, key: str, address: str) -> None:
        local, _, domain = address.rpartition("@")
        self._head, self._tail = f"{local}+", f"@{domain}"
        self._macs = [Mac(one.encode()) for one in keys_in(key)]

    def address_of(self, delivery_id: UUID) -> str:
        """The envelope sender of one delivery."""
        return f"{self._head}{self.token_of(delivery_id)}{self._tail}"

    def token_of(self, delivery_id: UUID) -> str:
        """What stands between the plus and the at sign."""
        return (delivery_id.bytes + _signature(self._macs[0], delivery_id.bytes)).hex()

    def delivery_of(self, address: str) -> UUID | None:
        """The delivery whose return path ``address`` is; None for any other, or a token tampered with.

        Takes a bare address, one in angle brackets, or a whole header value. Neither upper and lower
        case nor the domain matter, since mail servers on the way may change both.
        """
        local = parseaddr(address)[1].rpartition("@")[0].lower()
        token = local.rpartition("+")[2]
        if not _TOKEN.fullmatch(token):
            return None
        raw = bytes.fromhex(token)
        known, signature = raw[:16], raw[16:]
        made = any(hmac.compare_digest(signature, _signature(mac, known)) for mac in self._macs)
        return UUID(bytes=known) if made else None


def _signature(mac: Mac, known: bytes) -> bytes:
    return mac.of(_PURPOSE + known)[:_SIGNATURE_BYTES]
