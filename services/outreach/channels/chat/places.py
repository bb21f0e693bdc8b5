"""Where a chat message may go: only to services that are allowed, and never inside our own house.

A contact's chat address is a URL of apprise, such as ``slack://…``. Some of its services take any host, or
the path of a file, from that URL; a contact's data must not choose such things.
"""

import ipaddress
import re
import socket
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from services.outreach.channels.channel import Unsendable

FIXED_HOST = frozenset({"slack", "discord", "tgram", "gchat", "wxteams", "pover", "line"})
"""Services whose host is theirs, whatever the URL says. Others need a host that the world can reach."""

NATIVE = {
    "hooks.slack.com": "slack",
    "discord.com": "discord",
    "discordapp.com": "discord",
    "api.telegram.org": "tgram",
    "chat.googleapis.com": "gchat",
    "api.ciscospark.com": "wxteams",
    "webexapis.com": "wxteams",
}
"""Web addresses that services give out, and that apprise takes as they are."""

_KEPT = frozenset({"thread", "topic"})
_PLAIN = re.compile(r"[A-Za-z0-9_-]{1,100}")
_NATIVE_KEPT = frozenset({"key", "token"})


def checked_place(url: str, allowed: frozenset[str]) -> str:
    """The URL without options, which could name files or hosts.

    Raises Unsendable with bad_address or forbidden_service.
    """
    text = url.strip()
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
    except ValueError:
        raise Unsendable("bad_address") from None
    service = NATIVE.get(host, "") if parts.scheme == "https" else parts.scheme.lower()
    if not parts.scheme or "://" not in text or any(ord(one) < 33 for one in text):
        raise Unsendable("bad_address")
    if service not in allowed:
        raise Unsendable(f"forbidden_service: {parts.scheme[:20]}")
    if ".." in unquote(parts.path):
        raise Unsendable("bad_address")
    kept = _KEPT | (_NATIVE_KEPT if parts.scheme == "https" else frozenset())
    options = [(key, value) for key, value in parse_qsl(parts.query) if key in kept]
    if any(key in _KEPT and not _PLAIN.fullmatch(value) for key, value in options):
        raise Unsendable("bad_address")
    query = urlencode(options, quote_via=quote)
    return parts._replace(query=query, fragment=parts.fragment).geturl()


def require_public(url: str) -> None:
    """Raises Unsendable with forbidden_host where a service that takes any host is to reach our own house."""
    parts = urlsplit(url)
    service = parts.scheme.lower()
    if service in FIXED_HOST or (service == "https" and parts.hostname in NATIVE):
        return
    host = parts.hostname or ""
    try:
        found = socket.getaddrinfo(host, parts.port or 443, proto=socket.IPPROTO_TCP)
    except OSError:
        raise Unsendable("forbidden_host: it has no address") from None
    for *_, address in found:
        if not ipaddress.ip_address(str(address[0]).partition("%")[0]).is_global:
            raise Unsendable("forbidden_host: it is not public")
