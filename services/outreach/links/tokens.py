"""Signed link tokens: short, and worth nothing to anyone who would change one.

A token is URL-safe base64 of kind (1 byte), delivery id (16 bytes), link number (2 bytes) and the
first 16 bytes of HMAC-SHA256 over these, keyed with the link key.
"""

import base64
import binascii
import hmac
import struct
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

Kind = Literal["c", "u", "f"]
"""What a link is for, and its path: click, unsubscribe, form."""

_BODY = struct.Struct(">c16sH")
_SIGNATURE_BYTES = 16


@dataclass(frozen=True)
class Link:
    """What a token says. ``number`` is the link's number in the template, 0 for other kinds."""

    kind: Kind
    delivery_id: UUID
    number: int = 0


class Signer:
    """Makes and reads tokens with one key."""

    def __init__(self, key: str) -> None:
        self._keyed = hmac.new(key.encode(), digestmod="sha256")

    def token(self, kind: Kind, delivery_id: UUID, number: int = 0) -> str:
        """The token of a link."""
        body = _BODY.pack(kind.encode(), delivery_id.bytes, number)
        return base64.urlsafe_b64encode(body + self._signature(body)).rstrip(b"=").decode()

    def read(self, kind: Kind, token: str) -> Link | None:
        """What ``token`` says, or None where it is not a token of this kind made with this key."""
        try:
            raw = base64.b64decode(
                token.encode("ascii") + b"=" * (-len(token) % 4), altchars=b"-_", validate=True
            )
        except (binascii.Error, UnicodeEncodeError):
            return None
        body, signature = raw[: _BODY.size], raw[_BODY.size :]
        if not hmac.compare_digest(signature, self._signature(body)) or body[:1] != kind.encode():
            return None
        _, delivery_id, number = _BODY.unpack(body)
        return Link(kind, UUID(bytes=delivery_id), number)

    def _signature(self, body: bytes) -> bytes:
        keyed = self._keyed.copy()
        keyed.update(body)
        return keyed.digest()[:_SIGNATURE_BYTES]


class Links:
    """The addresses of a recipient's links under one public URL."""

    def __init__(self, *, key: str, public_url: str) -> None:
        self._signer = Signer(key)
        self._base = public_url.rstrip("/")

    def url(self, kind: Kind, delivery_id: UUID, number: int = 0) -> str:
        return f"{self._base}/{kind}/{self._signer.token(kind, delivery_id, number)}"

    def of(self, delivery_id: UUID, *, count: int) -> dict[str, str]:
        """The values of a template's link fields: our own, and ``link_0`` up to ``count``."""
        values = {f"link_{number}": self.url("c", delivery_id, number) for number in range(count)}
        values["unsubscribe_url"] = self.url("u", delivery_id)
        values["form_url"] = self.url("f", delivery_id)
        return values
