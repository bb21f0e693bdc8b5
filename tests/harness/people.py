"""People who call the services in tests, and the tokens that prove who they are."""

import functools
import tempfile
from pathlib import Path

from chassis import tokens
from chassis.auth import Actor
from chassis.config import Settings

DEPARTMENT = "north"


def person(subject: str, *roles: str, departments: tuple[str, ...] = (DEPARTMENT,)) -> Actor:
    """Somebody with roles in some departments; ``"*"`` stands for all of them."""
    return Actor(subject, frozenset(roles), frozenset(departments))


@functools.cache
def jwks() -> Path:
    """The public keys of the tests; the private one stands beside them."""
    path = Path(tempfile.mkdtemp(prefix="fanfare-keys-")) / "jwks.json"
    tokens.ensure_keys(path)
    return path


@functools.cache
def token_of(actor: Actor) -> str:
    """A bearer token that a service under test takes for ``actor``."""
    return tokens.mint(
        tokens.read_key(tokens.private_path(jwks())),
        Settings(service="tests"),
        subject=actor.subject,
        roles=actor.roles,
        departments=actor.departments,
    )
