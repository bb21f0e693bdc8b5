"""Who is asking: the actor, and the authority that reads him from an OIDC bearer token."""

import base64
import hashlib
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import msgspec
from joserfc import jwt
from joserfc.errors import ExpiredTokenError, JoseError
from joserfc.jws import JWSRegistry
from sqlalchemy import ColumnElement, false, true
from sqlalchemy.orm import InstrumentedAttribute

from chassis import clock
from chassis.errors import Forbidden, Unauthenticated
from chassis.jwks import KeySource
from contracts.roles import ADMINISTRATOR, ROLES, SERVICE

ALGORITHMS = ("RS256", "ES256", "EdDSA", "Ed25519")
LONGEST_SUBJECT = 255
"""As OpenID Connect Core 1.0 limits ``sub``."""

LEEWAY_SECONDS = 60
REMEMBERED_TOKENS = 10_000
EVERY_DEPARTMENT = "*"


@dataclass(frozen=True)
class Actor:
    """Somebody, or some service, that acts. ``"*"`` among the departments stands for all of them."""

    subject: str
    roles: frozenset[str] = frozenset()
    departments: frozenset[str] = frozenset()

    @classmethod
    def system(cls, service: str) -> "Actor":
        """The service itself, e.g. while it reacts to an event. It sees every department."""
        return cls(f"service:{service}", frozenset({SERVICE}), frozenset({EVERY_DEPARTMENT}))

    @classmethod
    def anonymous(cls) -> "Actor":
        """Somebody who follows a public link."""
        return cls("anonymous")

    @property
    def administers(self) -> bool:
        return ADMINISTRATOR in self.roles

    def has(self, *roles: str) -> bool:
        """Whether one of ``roles`` is held. An administrator holds no role but his own."""
        return not self.roles.isdisjoint(roles)

    @property
    def sees_everything(self) -> bool:
        return self.administers or EVERY_DEPARTMENT in self.departments

    def may_see(self, department: str) -> bool:
        return self.sees_everything or department in self.departments

    def require_department(self, department: str) -> None:
        """Raises Forbidden when ``department`` is not one of the actor's."""
        if not self.may_see(department):
            raise Forbidden(f"Department {department} is not yours")

    def scope(self, column: InstrumentedAttribute[str] | ColumnElement[str]) -> ColumnElement[bool]:
        """A condition that keeps only rows whose ``column`` is one of the actor's departments."""
        if self.sees_everything:
            return true()
        return column.in_(sorted(self.departments)) if self.departments else false()


class OidcSettings(Protocol):
    """What the authority needs to know of the settings."""

    @property
    def oidc_issuer(self) -> str: ...
    @property
    def oidc_audience(self) -> str: ...
    @property
    def oidc_jwks(self) -> str: ...
    @property
    def oidc_roles_claim(self) -> str: ...
    @property
    def oidc_departments_claim(self) -> str: ...


class Authority:
    """Turns bearer tokens into actors. Accepted tokens are remembered until they expire."""

    def __init__(self, settings: OidcSettings) -> None:
        self.settings = settings
        self.keys = KeySource(settings.oidc_jwks)
        self._registry = JWSRegistry(algorithms=list(ALGORITHMS), strict_check_header=False)
        self._claims = jwt.JWTClaimsRegistry(
            now=_seconds,
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": settings.oidc_issuer},
            aud={"essential": True, "value": settings.oidc_audience},
            exp={"essential": True},
            sub={"essential": True},
        )
        self._accepted: dict[bytes, tuple[Actor, float]] = {}
        self._generation = 0
        self._lock = threading.Lock()

    def actor(self, authorization: str | None) -> Actor:
        """The actor of an ``Authorization`` header. Raises Unauthenticated."""
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Unauthenticated(presented=False)
        fingerprint = hashlib.sha256(token.encode()).digest()
        known = self._accepted.get(fingerprint)
        if known is not None and _seconds() < known[1] and self._keys_unchanged:
            return known[0]
        actor, expires = self._verify(token.strip())
        self._remember(fingerprint, actor, expires)
        return actor

    @property
    def _keys_unchanged(self) -> bool:
        return self._generation == self.keys.generation and not self.keys.due

    def _remember(self, fingerprint: bytes, actor: Actor, expires: float) -> None:
        with self._lock:
            if self._generation != self.keys.generation:
                self._accepted.clear()
                self._generation = self.keys.generation
            while len(self._accepted) >= REMEMBERED_TOKENS:
                del self._accepted[next(iter(self._accepted))]
            self._accepted[fingerprint] = (actor, expires)

    def _verify(self, token: str) -> tuple[Actor, float]:
        key = self.keys.find(_key_id(token))
        if key is None:
            raise Unauthenticated("The token is signed with an unknown key")
        try:
            claims = jwt.decode(token, key, algorithms=list(ALGORITHMS), registry=self._registry).claims
            self._claims.validate(claims)
        except ExpiredTokenError as error:
            raise Unauthenticated("The token has expired") from error
        except (JoseError, ValueError, TypeError, OverflowError) as error:
            raise Unauthenticated("The token is not accepted") from error
        return self._read(claims), float(claims["exp"]) + LEEWAY_SECONDS

    def _read(self, claims: Mapping[str, Any]) -> Actor:
        roles = _words(claims, self.settings.oidc_roles_claim)
        departments = _words(claims, self.settings.oidc_departments_claim)
        subject = str(claims["sub"])
        if len(subject) > LONGEST_SUBJECT:
            raise Unauthenticated(f"The token's subject has more than {LONGEST_SUBJECT} characters")
        return Actor(subject, roles.intersection(ROLES), departments)


def _key_id(token: str) -> str | None:
    """The key id in the header of a token that nobody has verified yet."""
    try:
        head = token.partition(".")[0].encode("ascii")
        header = msgspec.json.decode(
            base64.urlsafe_b64decode(head + b"=" * (-len(head) % 4)), type=dict[str, Any]
        )
        kid = header.get("kid")
    except (ValueError, msgspec.MsgspecError) as error:
        raise Unauthenticated("The token cannot be read") from error
    if kid is not None and not isinstance(kid, str):
        raise Unauthenticated("The token cannot be read")
    return kid


def _words(claims: Mapping[str, Any], name: str) -> frozenset[str]:
    """The strings of a claim: a list, or words in one string. Dots in ``name`` reach into nested claims."""
    value: Any = claims.get(name)
    if value is None and "." in name:
        value = claims
        for step in name.split("."):
            value = value.get(step) if isinstance(value, Mapping) else None
    if isinstance(value, str):
        return frozenset(value.split())
    return frozenset(one for one in value if isinstance(one, str)) if isinstance(value, list) else frozenset()


def _seconds() -> int:
    return int(clock.now().timestamp())
