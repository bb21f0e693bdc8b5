"""Small values in cookies that nobody can change: JSON and its HMAC, each purpose with a key of its own."""

import base64
import binascii
import hashlib
import hmac
from datetime import datetime
from typing import TypeVar

import msgspec

from chassis.clock import now
from chassis.keys import keys_in


class Sealed(msgspec.Struct, kw_only=True):
    """What is kept until ``expires``, in seconds since 1970."""

    expires: int

    @property
    def over(self) -> bool:
        return now().timestamp() >= self.expires


class Session(Sealed, kw_only=True):
    """Somebody who is signed in to the pages."""

    subject: str
    roles: list[str]
    departments: list[str]


class Login(Sealed, kw_only=True):
    """A sign-in under way: what the answer of the provider must fit, and where to go then."""

    state: str
    nonce: str
    verifier: str
    goal: str


S = TypeVar("S", bound=Sealed)


def seal(value: Sealed, *, key: str) -> str:
    """The value as a text that ``unseal`` takes."""
    body = base64.urlsafe_b64encode(msgspec.json.encode(value)).rstrip(b"=")
    return f"{body.decode()}.{_signature(body, type(value), keys_in(key)[0])}"


def unseal(text: str, kind: type[S], *, key: str) -> S | None:
    """The value in a text, unless none of the keys sealed it for this purpose, or it is over."""
    body, _, signature = text.partition(".")
    expected = (_signature(body.encode(), kind, one) for one in keys_in(key))
    if not any(hmac.compare_digest(one.encode(), signature.encode()) for one in expected):
        return None
    try:
        value = msgspec.json.decode(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)), type=kind)
    except (binascii.Error, ValueError, msgspec.MsgspecError):
        return None
    return None if value.over else value


def ends_at(moment: datetime) -> int:
    """A moment as ``Sealed`` keeps it."""
    return int(moment.timestamp())


def _signature(body: bytes, kind: type[Sealed], key: str) -> str:
    own = hmac.new(key.encode(), f"cookie:{kind.__name__}".encode(), hashlib.sha256).digest()
    return hmac.new(own, body, hashlib.sha256).hexdigest()
