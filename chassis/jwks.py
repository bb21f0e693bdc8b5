"""The public keys that sign the bearer tokens, from a JWKS file or address, and when to read them again."""

import threading
import time
import urllib.request
from pathlib import Path
from typing import Any

import msgspec
from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry, Key

from chassis.errors import Unavailable
from chassis.logs import get_logger

log = get_logger(__name__)

RETRY_SECONDS = 30.0
"""An unknown key id asks for the keys again at most this often."""

KEEP_SECONDS = 600.0
"""Known keys are read again after this long, so that a withdrawn one stops working."""

FETCH_TIMEOUT_SECONDS = 5.0
LARGEST_DOCUMENT = 1 << 20
SIGNING_KEY_TYPES = ("RSA", "EC", "OKP")


class KeySource:
    """Keys by id from ``location``: a path, or an http(s) address. An empty location has no keys."""

    def __init__(self, location: str) -> None:
        self.location = location
        self.generation = 0
        self._keys: dict[str, Key] = {}
        self._tried_at = float("-inf")
        self._read_at = float("-inf")
        self._one_at_a_time = threading.Lock()

    def find(self, kid: str | None) -> Key | None:
        """The key with that id, or the only key when a token names none.

        Raises Unavailable when the keys could not be read even once.
        """
        key = self._known(kid)
        if (key is None or self.due) and self._one_at_a_time.acquire(blocking=key is None):
            try:
                self._refresh()
            finally:
                self._one_at_a_time.release()
            key = self._known(kid)
        return key

    def _refresh(self) -> None:
        """Read the keys again unless that was tried a moment ago. Old keys stay when it fails."""
        if not self.location or time.monotonic() - self._tried_at < RETRY_SECONDS:
            return
        self._tried_at = time.monotonic()
        try:
            keys = _import(self._fetch())
        except (OSError, ValueError, msgspec.MsgspecError, JoseError) as error:
            self._explain(error)
            return
        if keys.keys() != self._keys.keys():
            self.generation += 1
        self._keys, self._read_at = keys, time.monotonic()

    @property
    def due(self) -> bool:
        """Whether known keys are older than they should be."""
        return time.monotonic() - self._read_at > KEEP_SECONDS

    def _known(self, kid: str | None) -> Key | None:
        if kid is None:
            return next(iter(self._keys.values())) if len(self._keys) == 1 else None
        return self._keys.get(kid)

    def _explain(self, error: Exception) -> None:
        log.warning("signing_keys_not_read", location=self.location, reason=str(error))
        if not self._keys:
            self._tried_at = time.monotonic() - RETRY_SECONDS + 1
            raise Unavailable("The signing keys cannot be read") from error

    def _fetch(self) -> bytes:
        if not self.location.startswith(("http://", "https://")):
            return Path(self.location.removeprefix("file://")).read_bytes()
        with urllib.request.urlopen(self.location, timeout=FETCH_TIMEOUT_SECONDS) as answer:
            document: bytes = answer.read(LARGEST_DOCUMENT)
            return document


def _import(document: bytes) -> dict[str, Key]:
    keys: dict[str, Key] = {}
    for entry in msgspec.json.decode(document, type=dict[str, Any]).get("keys", []):
        if entry.get("kty") in SIGNING_KEY_TYPES and entry.get("use", "sig") == "sig":
            key = JWKRegistry.import_key(entry)
            keys[entry.get("kid") or key.thumbprint()] = key
    return keys
