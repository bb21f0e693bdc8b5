"""Signing keys and tokens of one's own, for a first look and for tests, where no identity provider is.

The public half is written as a JWKS file, which is what ``oidc_jwks`` points to.
"""

import json
import os
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey

from chassis import clock
from chassis.auth import OidcSettings
from chassis.ids import new_id
from contracts.roles import ROLES

ALGORITHM = "ES256"
PRIVATE_NAME = "signing-key.json"


def private_path(jwks: str | Path) -> Path:
    """Where the private key belongs to a JWKS file: beside it."""
    return Path(jwks).with_name(PRIVATE_NAME)


def ensure_keys(jwks: str | Path) -> Path:
    """Make a key pair unless there is one: the public JWKS at ``jwks``, the private JWK beside it.

    The private file is readable by its owner only. Returns its path.
    """
    public, private = Path(jwks), private_path(jwks)
    public.parent.mkdir(parents=True, exist_ok=True)
    if not private.exists():
        key = ECKey.generate_key("P-256", {"use": "sig", "alg": ALGORITHM}, private=True, auto_kid=True)
        _write(private, key.as_dict(private=True), mode=0o600)
    key = read_key(private)
    _write(public, {"keys": [key.as_dict(private=False)]}, mode=0o644)
    return private


def read_key(private: str | Path) -> ECKey:
    """The private key in a file that ``ensure_keys`` made."""
    return ECKey.import_key(json.loads(Path(private).read_text()))


def mint(
    key: ECKey,
    settings: OidcSettings,
    *,
    subject: str,
    roles: Iterable[str],
    departments: Iterable[str] = ("*",),
    ttl: timedelta = timedelta(hours=8),
) -> str:
    """A signed bearer token that services with these settings accept for ``ttl``.

    Raises ValueError for a role that does not exist.
    """
    held = sorted(set(roles))
    if unknown := [role for role in held if role not in ROLES]:
        raise ValueError(f"no such role: {', '.join(unknown)}")
    began = int(clock.now().timestamp())
    claims: dict[str, Any] = {
        "iss": settings.oidc_issuer,
        "aud": settings.oidc_audience,
        "sub": subject,
        "iat": began,
        "nbf": began,
        "exp": began + int(ttl.total_seconds()),
        "jti": str(new_id()),
    }
    _place(claims, settings.oidc_roles_claim, held)
    _place(claims, settings.oidc_departments_claim, sorted(set(departments)))
    return jwt.encode({"alg": ALGORITHM, "kid": key.kid}, claims, key)


def _place(claims: dict[str, Any], name: str, value: list[str]) -> None:
    """Dots in a claim's name reach into objects."""
    *outer, last = name.split(".")
    for step in outer:
        claims = claims.setdefault(step, {})
    claims[last] = value


def _write(path: Path, document: object, *, mode: int) -> None:
    """Replace the file in one step, never readable wider than ``mode``."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "w") as file:
        json.dump(document, file, indent=1)
    fresh.replace(path)
