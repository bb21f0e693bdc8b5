"""Logging in to a mail server (RFC 4954): PLAIN, LOGIN, or XOAUTH2 with a bearer token."""

import base64
from collections.abc import Iterator

MECHANISMS = ("PLAIN", "LOGIN")
"""In the order of preference; XOAUTH2 only where the settings say that the password is a token."""


class NoLogin(ValueError):
    """The server offers no way to log in that we know."""


def mechanism(offered: str, *, token: bool) -> str:
    """The way to log in. ``offered`` are the parameters of AUTH. Raises NoLogin."""
    words = offered.upper().split()
    for known in ("XOAUTH2",) if token else MECHANISMS:
        if known in words:
            return known
    raise NoLogin(f"the mail server offers AUTH {offered or 'not at all'}, and we need another way")


def lines(mechanism: str, *, user: str, password: str) -> Iterator[bytes]:
    """What to say, line by line; each after the first answers a 334 of the server."""
    if mechanism == "PLAIN":
        yield b"AUTH PLAIN " + _coded(f"\0{user}\0{password}")
    elif mechanism == "LOGIN":
        yield b"AUTH LOGIN"
        yield _coded(user)
        yield _coded(password)
    else:
        yield b"AUTH XOAUTH2 " + _coded(f"user={user}\1auth=Bearer {password}\1\1")
        # A 334 here explains a refusal; an empty line lets the server go on to say so.
        yield b""


def _coded(text: str) -> bytes:
    return base64.b64encode(text.encode())
