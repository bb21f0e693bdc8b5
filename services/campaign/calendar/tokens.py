"""Signed tokens of calendar feeds: the feed's id and an HMAC-SHA256 over it, as URL-safe base64.

The signature keeps anybody from asking for feeds by guessed ids before the database is asked at all; the feed
itself can be revoked, which a signature alone cannot.
"""

import base64
import binascii
import hashlib
import hmac
from uuid import UUID

from chassis.keys import keys_in

_PURPOSE = b"calendar-feed:"
_ID_BYTES = 16


def token_of(feed_id: UUID, *, key: str) -> str:
    """The token of a feed, made with the first key that ``key`` holds."""
    return base64.urlsafe_b64encode(feed_id.bytes + _signature(feed_id.bytes, keys_in(key)[0])).decode()


def feed_of(token: str, *, key: str) -> UUID | None:
    """The feed of a token, or None where it was not made with a key that ``key`` holds."""
    try:
        raw = base64.b64decode(token.encode("ascii"), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError):
        return None
    body, signature = raw[:_ID_BYTES], raw[_ID_BYTES:]
    made = any(hmac.compare_digest(signature, _signature(body, one)) for one in keys_in(key))
    return UUID(bytes=body) if made and len(body) == _ID_BYTES else None


def _signature(body: bytes, key: str) -> bytes:
    return hmac.digest(key.encode(), _PURPOSE + body, hashlib.sha256)
