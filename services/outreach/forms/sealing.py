"""Signatures of what a form gives away: stamps of its pages, links to confirm, and check-in codes.

All are made with the link key. Each purpose has a key of its own derived from it, so that nothing made
for one is worth anything for another.
"""

import base64
import binascii
import hmac
import struct
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from chassis.keys import keys_in

_STAMP = struct.Struct(">QI16s")
_TICKET = struct.Struct(">I")
_SIGNATURE_BYTES = 16
_CODE_SIGNATURE_BYTES = 5
_CODE_LENGTH = 15
_STANDARD = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_SHOWN = str.maketrans(_STANDARD, _CROCKFORD)
_READ = str.maketrans(_CROCKFORD, _STANDARD)
_MEANT = str.maketrans("ILO", "110")


@dataclass(frozen=True)
class Stamp:
    """When a page was shown, which version of its form it showed, and which page it was."""

    shown_at: datetime
    version: int
    nonce: UUID


class Seals:
    """Makes them with the first of the keys, and reads those made with any."""

    def __init__(self, key: str) -> None:
        self._keys = [one.encode() for one in keys_in(key)]

    def stamp(self, form_id: UUID, stamp: Stamp) -> str:
        """What a page of a form carries in a hidden field."""
        moment = int(stamp.shown_at.timestamp() * 1000)
        body = _STAMP.pack(moment, stamp.version, stamp.nonce.bytes)
        return _text(body + _sign(self._keys[0], b"form stamp", form_id.bytes + body))

    def read_stamp(self, form_id: UUID, text: str) -> Stamp | None:
        """None for one that is not ours, of another form, or changed."""
        raw = _raw(text)
        body, signature = raw[: _STAMP.size], raw[_STAMP.size :]
        if not self._made(signature, b"form stamp", form_id.bytes + body):
            return None
        moment, version, nonce = _STAMP.unpack(body)
        return Stamp(datetime.fromtimestamp(moment / 1000, UTC), version, UUID(bytes=nonce))

    def confirmation(self, submission_id: UUID) -> str:
        """The token of the link that confirms a submission."""
        return _text(submission_id.bytes + _sign(self._keys[0], b"form confirmation", submission_id.bytes))

    def read_confirmation(self, token: str) -> UUID | None:
        """None for one that is not ours or was changed."""
        raw = _raw(token)
        body, signature = raw[:16], raw[16:]
        if not self._made(signature, b"form confirmation", body):
            return None
        return UUID(bytes=body)

    def code(self, form_id: UUID, ticket: int) -> str:
        """A check-in code: three groups of five letters and digits that look like nothing else."""
        shown = _code(self._keys[0], form_id, ticket)
        return "-".join(shown[place : place + 5] for place in range(0, _CODE_LENGTH, 5))

    def read_code(self, form_id: UUID, code: str) -> int | None:
        """The ticket of a code, however it was typed; None for one that is not of this form."""
        typed = "".join(code.upper().replace("-", " ").split()).translate(_MEANT)
        if len(typed) != _CODE_LENGTH or not typed.isascii():
            return None
        try:
            raw = base64.b32decode(typed.translate(_READ) + "=")
        except binascii.Error:
            return None
        ticket = int(_TICKET.unpack(raw[: _TICKET.size])[0])
        made = any(hmac.compare_digest(_code(key, form_id, ticket), typed) for key in self._keys)
        return ticket if made else None

    def _made(self, signature: bytes, purpose: bytes, body: bytes) -> bool:
        return any(hmac.compare_digest(signature, _sign(key, purpose, body)) for key in self._keys)


def _code(key: bytes, form_id: UUID, ticket: int) -> str:
    body = _TICKET.pack(ticket)
    signature = _sign(key, b"check-in code", form_id.bytes + body)[:_CODE_SIGNATURE_BYTES]
    return base64.b32encode(body + signature).decode().rstrip("=").translate(_SHOWN)


def _sign(key: bytes, purpose: bytes, body: bytes) -> bytes:
    own = hmac.digest(key, purpose, "sha256")
    return hmac.digest(own, body, "sha256")[:_SIGNATURE_BYTES]


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _raw(text: str) -> bytes:
    """Nothing where it is not base64."""
    try:
        return base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError):
        return b""
