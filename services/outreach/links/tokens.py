"""Signed link tokens: short, and worth nothing to anyone who would change one.

A token is URL-safe base64 of kind (1 byte), delivery id (16 bytes), link number (2 bytes) and the
first 16 bytes of HMAC-SHA256 over these, keyed with the link key. Where every character costs, as in an
SMS, it is delivery id, link number (1 byte) and 8 bytes of the same over kind and these: 34 characters
instead of 47. The kind is in the address anyway.
"""

import base64
import binascii
import hmac
import struct
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple
from uuid import UUID

from chassis.keys import keys_in
from services.outreach.links.mac import Mac

Kind = Literal["c", "u", "f", "o", "r", "p"]
"""What a link is for, and its path: click, unsubscribe, form, open, preferences, personal form."""

OWN_KINDS: Mapping[str, Kind] = {
    "unsubscribe_url": "u",
    "form_url": "f",
    "personal_url": "p",
    "preferences_url": "r",
    "open_url": "o",
}
"""The link fields that every template has."""

_BODY = struct.Struct(">c16sH")
_SIGNATURE_BYTES = 16
_FILL = b"\0"
"""Makes a token whole groups of base64, all of whose characters but the last are its own."""

_WITH_FILL = 48
_URL_SAFE = bytes.maketrans(b"+/", b"-_")
_SHORT_BODY = struct.Struct(">16sB")
_SHORT_SIGNATURE_BYTES = 8
_SHORT_BYTES = _SHORT_BODY.size + _SHORT_SIGNATURE_BYTES


@dataclass(frozen=True)
class Link:
    """What a token says. ``number`` is the link's number in the template, 0 for other kinds."""

    kind: Kind
    delivery_id: UUID
    number: int = 0


class LinkField(NamedTuple):
    """A field of templates that is a link of ours."""

    name: str
    kind: Kind
    number: int = 0


class Signer:
    """Makes tokens with the first of the keys, and reads those made with any."""

    def __init__(self, key: str) -> None:
        self._macs = [Mac(one.encode()) for one in keys_in(key)]

    def token(self, kind: Kind, delivery_id: UUID, number: int = 0) -> str:
        """The token of a link."""
        body = _BODY.pack(kind.encode(), delivery_id.bytes, number)
        signature = self._macs[0].of(body)[:_SIGNATURE_BYTES]
        return base64.urlsafe_b64encode(body + signature).rstrip(b"=").decode()

    def tokens(self, delivery_id: UUID, fields: Iterable[LinkField]) -> list[str]:
        """The tokens of several links, as ``token`` makes them, in much less time."""
        mac, raw = self._macs[0].of, delivery_id.bytes
        parts: list[bytes] = []
        for _, kind, number in fields:
            body = _BODY.pack(kind.encode(), raw, number)
            parts += (body, mac(body)[:_SIGNATURE_BYTES], _FILL)
        coded = binascii.b2a_base64(b"".join(parts), newline=False).translate(_URL_SAFE).decode()
        return [coded[place : place + _WITH_FILL - 1] for place in range(0, len(coded), _WITH_FILL)]

    def short(self, kind: Kind, delivery_id: UUID, number: int = 0) -> str:
        """The short token of a link."""
        body = _SHORT_BODY.pack(delivery_id.bytes, number)
        signature = self._macs[0].of(_short(kind, body))[:_SHORT_SIGNATURE_BYTES]
        return base64.urlsafe_b64encode(body + signature).rstrip(b"=").decode()

    def read(self, kind: Kind, token: str) -> Link | None:
        """What ``token`` says, or None where it is not a token of this kind made with one of the keys."""
        try:
            raw = base64.b64decode(
                token.encode("ascii") + b"=" * (-len(token) % 4), altchars=b"-_", validate=True
            )
        except (binascii.Error, UnicodeEncodeError):
            return None
        if len(raw) == _SHORT_BYTES:
            return self._read_short(kind, raw)
        body, signature = raw[: _BODY.size], raw[_BODY.size :]
        if len(signature) != _SIGNATURE_BYTES or not self._made(signature, body) or body[:1] != kind.encode():
            return None
        _, delivery_id, number = _BODY.unpack(body)
        return Link(kind, UUID(bytes=delivery_id), number)

    def _read_short(self, kind: Kind, raw: bytes) -> Link | None:
        body, signature = raw[: _SHORT_BODY.size], raw[_SHORT_BODY.size :]
        if not self._made(signature, _short(kind, body)):
            return None
        delivery_id, number = _SHORT_BODY.unpack(body)
        return Link(kind, UUID(bytes=delivery_id), number)

    def _made(self, signature: bytes, body: bytes) -> bool:
        """Whether one of the keys made this signature, which has the length that it must have."""
        return any(hmac.compare_digest(signature, mac.of(body)[: len(signature)]) for mac in self._macs)


def _short(kind: Kind, body: bytes) -> bytes:
    return b"short" + kind.encode() + body


class Links:
    """The addresses of a recipient's links under one public URL."""

    def __init__(self, *, key: str, public_url: str, short: bool = False) -> None:
        self._signer = Signer(key)
        self._short = short
        self._base = public_url.rstrip("/")

    def url(self, kind: Kind, delivery_id: UUID, number: int = 0) -> str:
        token = self._signer.short if self._short else self._signer.token
        return f"{self._base}/{kind}/{token(kind, delivery_id, number)}"

    def of(self, delivery_id: UUID, *, count: int) -> dict[str, str]:
        """The values of a template's link fields: our own, and ``link_0`` up to ``count``."""
        return self.some(delivery_id, link_fields(count=count))

    def some(self, delivery_id: UUID, fields: Sequence[LinkField]) -> dict[str, str]:
        """The values of these link fields."""
        if self._short:
            return {name: self.url(kind, delivery_id, number) for name, kind, number in fields}
        base, tokens = self._base, self._signer.tokens(delivery_id, fields)
        return {one.name: f"{base}/{one.kind}/{token}" for one, token in zip(fields, tokens, strict=True)}


def link_fields(*, count: int, among: Collection[str] | None = None) -> list[LinkField]:
    """The link fields of a template with ``count`` links; only those ``among`` these names, where given."""
    fields = [LinkField(name, kind) for name, kind in OWN_KINDS.items()]
    fields += [LinkField(f"link_{number}", "c", number) for number in range(count)]
    return [one for one in fields if among is None or one.name in among]
