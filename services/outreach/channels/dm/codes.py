"""The code on a printed piece: scanned when the post brings it back, it names its delivery.

It is the delivery id (16 bytes) and the first 7 bytes of an HMAC-SHA256 over it, keyed with the link
key, in the digits 0-9 and A-V of RFC 4648: a Data Matrix of 22 by 22 modules. Scanners that pose as
a keyboard mix up Y, Z, small letters and punctuation; none of these occur.
"""

import base64
import hmac
import re
from uuid import UUID

from chassis.keys import keys_in
from services.outreach.links.mac import Mac

CODE_LENGTH = 37
CODE_MODULES = 24
"""A side of the Data Matrix with the blank border that it needs."""

_SIGNATURE_BYTES = 7
_PADDING = "==="
_BESIDE_THE_CODE = re.compile(r"[\s-]+")
_CODE = re.compile(rf"[0-9A-V]{{{CODE_LENGTH}}}")

_PURPOSE = b"printed piece "
"""Keeps the signatures apart from those of links, which are made with the same key."""


class Codes:
    """Makes codes with the first of the keys, and reads those made with any."""

    def __init__(self, key: str) -> None:
        self._macs = [Mac(one.encode()) for one in keys_in(key)]

    def code_of(self, delivery_id: UUID) -> str:
        """The code of one delivery's piece."""
        return _code(self._macs[0], delivery_id)

    def delivery_of(self, code: str) -> UUID | None:
        """The delivery that a code names, None for any other text. Blanks, hyphens and case do not matter."""
        plain = _BESIDE_THE_CODE.sub("", code).upper()
        if not _CODE.fullmatch(plain):
            return None
        known = UUID(bytes=base64.b32hexdecode(plain + _PADDING)[:16])
        # Texts are compared, since the last digit has a bit to spare.
        made = any(hmac.compare_digest(plain, _code(mac, known)) for mac in self._macs)
        return known if made else None


def _code(mac: Mac, known: UUID) -> str:
    raw = known.bytes + mac.of(_PURPOSE + known.bytes)[:_SIGNATURE_BYTES]
    return base64.b32hexencode(raw).decode().rstrip("=")
