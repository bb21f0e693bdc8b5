"""DKIM signatures (RFC 6376, RFC 8463): relaxed/relaxed, with RSA or ed25519, one for each key there is.

A mail that we write has a body in which every line already is in its relaxed form, so the body is
hashed as it is; only what ends it is put right.
"""

import base64
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

SIGNED = ("from", "from", "to", "to", "subject", "subject", "date", "message-id", "mime-version") + (
    "content-type",
    "list-unsubscribe",
    "list-unsubscribe-post",
)
"""The names in h=. Those that stand twice cannot be added to a signed mail without breaking it."""

SMALLEST_RSA_BITS = 1024

_PADDING, _HASH = PKCS1v15(), SHA256()
_BLANKS = re.compile(rb"[ \t\r\n]+")
_KEY = re.compile(
    r"^(?P<selector>[A-Za-z0-9._-]+)\._domainkey\.(?P<domain>[A-Za-z0-9.-]+)\s+"
    r"(?P<pem>-----BEGIN [A-Z ]+-----.*?-----END [A-Z ]+-----)\s*",
    re.DOTALL | re.MULTILINE,
)


@dataclass(frozen=True)
class DkimKey:
    """A private key whose public half stands in the DNS at ``selector._domainkey.domain``."""

    selector: str
    domain: str
    private: RSAPrivateKey | Ed25519PrivateKey

    @property
    def algorithm(self) -> str:
        return "rsa-sha256" if isinstance(self.private, RSAPrivateKey) else "ed25519-sha256"

    def sign(self, data: bytes) -> bytes:
        if isinstance(self.private, RSAPrivateKey):
            return self.private.sign(data, _PADDING, _HASH)
        return self.private.sign(hashlib.sha256(data).digest())


def keys_of(text: str) -> list[DkimKey]:
    """The keys in a text: for each a line ``selector._domainkey.domain``, and a private key as PEM.

    Raises ValueError for anything else, without showing any of it.
    """
    found = []
    rest = text.strip()
    while rest:
        match = _KEY.match(rest)
        if match is None:
            raise ValueError("each key needs a line selector._domainkey.domain and a private key as PEM")
        name = f"{match['selector']}._domainkey.{match['domain']}"
        try:
            private = load_pem_private_key(match["pem"].encode(), password=None)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            raise ValueError(f"the key for {name} cannot be read") from None
        if not isinstance(private, RSAPrivateKey | Ed25519PrivateKey):
            raise ValueError(f"the key for {name} is neither RSA nor ed25519")
        if isinstance(private, RSAPrivateKey) and private.key_size < SMALLEST_RSA_BITS:
            raise ValueError(f"the key for {name} is shorter than {SMALLEST_RSA_BITS} bits")
        found.append(DkimKey(match["selector"], match["domain"].lower(), private))
        rest = rest[match.end() :]
    return found


def relaxed(name: bytes, value: bytes) -> bytes:
    """A header field as it is signed (RFC 6376, 3.4.2), with CRLF. ``name`` is in lower case."""
    return name + b":" + _BLANKS.sub(b" ", value).strip() + b"\r\n"


class Signer:
    """Signs mails with every key."""

    def __init__(self, keys: Sequence[DkimKey]) -> None:
        self._heads = [
            (
                key,
                f"v=1; a={key.algorithm}; c=relaxed/relaxed; d={key.domain}; s={key.selector}; t=".encode(),
            )
            for key in keys
        ]

    def headers(self, *, signed: bytes, body: bytes, date: datetime) -> bytes:
        """The signatures of one mail, to stand before its other headers.

        ``signed`` are the headers of ``SIGNED`` as ``relaxed`` writes them, in that order, each once;
        ``body`` is the body with all lines in their relaxed form.
        """
        digest = base64.b64encode(hashlib.sha256(canonical_end(body)).digest())
        moment = b"%d" % date.timestamp()
        return b"".join(
            _header(key, b"".join((start, moment, _NAMES, digest, b"; b=")), signed)
            for key, start in self._heads
        )


_NAMES = f"; h={':'.join(SIGNED[:9])}: {':'.join(SIGNED[9:])}; bh=".encode()


def _header(key: DkimKey, value: bytes, signed: bytes) -> bytes:
    """Lines are folded where ``value`` has a blank, so that unfolding them makes what was signed."""
    signature = base64.b64encode(key.sign(signed + b"dkim-signature:" + value))
    lines = [signature[place : place + 72] for place in range(0, len(signature), 72)]
    folded = value.replace(b"; h=", b";\r\n h=").replace(b": ", b":\r\n ").replace(b"; bh=", b";\r\n bh=")
    return b"".join((b"DKIM-Signature: ", folded, b"\r\n ".join(lines), b"\r\n"))


def canonical_end(body: bytes) -> bytes:
    """A body with exactly one line end at its end, and none where it is empty."""
    bare = body.rstrip(b"\r\n")
    return bare + b"\r\n" if bare else b""
