"""The addresses that a template leads to. A field may stand in path or query, never in the host.

That keeps the redirect of tracked links closed to addresses that nobody wrote into a template.
"""

import ipaddress
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from services.outreach.templates.expressions import Masked
from services.outreach.templates.findings import Finding, error, warning
from services.outreach.templates.language import OWN_LINKS

TEXT_LINK = re.compile(r"""https?://[^\s<>"'()\[\]]+""", re.IGNORECASE)
"""An address in a plain text; the punctuation behind it is not part of it."""

_END = ".,;:!?"
_WEB = re.compile(r"https?://(?P<host>[^/?#\s\\]+)(?:[/?#]|$)", re.IGNORECASE)
_OTHER = ("mailto:", "tel:", "sms:", "#", "data:image/")
_OWN = re.compile(
    rf"\{{\{{-?\s*(?:(?P<name>{'|'.join(OWN_LINKS)}))\s*-?\}}\}}(?P<code>/[A-Za-z0-9._~-]+)?", re.DOTALL
)
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)", re.IGNORECASE)
_BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_SHOWN = 80


def is_web(url: str, masked: Masked) -> bool:
    """Whether a masked address is http or https with a fixed host."""
    found = _WEB.match(url)
    return found is not None and not masked.holds(found["host"])


def is_own(url: str, masked: Masked) -> bool:
    """Whether a masked address is a link of ours, perhaps with the code of a hosted form behind it."""
    found = _OWN.fullmatch(masked.restore(url))
    return found is not None and (found["code"] is None or found["name"] == "personal_url")


def end_of_text_link(url: str) -> int:
    """How much of what TEXT_LINK found is address."""
    return len(url.rstrip(_END))


def problems_of_address(url: str, masked: Masked, *, field: str, line: int) -> Iterator[Finding]:
    """What is wrong with an address, masked, of a link or an image."""
    shown = masked.restore(url)[:_SHOWN]
    if is_own(url, masked) or url.lower().startswith(_OTHER):
        return
    if not is_web(url, masked):
        why = f"the link {shown!r} is not a whole http or https address with a fixed host"
        yield error(field, "bad_link", why, line=line)
        return
    plain = masked.mark.sub("x", url)
    if fault := _fault_of(plain):
        yield error(field, "bad_link", f"the link {shown!r} {fault}", line=line)
    elif _is_private(urlsplit(plain).hostname or ""):
        yield warning(field, "private_link", f"the link {shown!r} leads to a private network", line=line)
    if url.lower().startswith("http:"):
        yield warning(field, "insecure_link", f"the link {shown!r} is not https", line=line)


def _fault_of(url: str) -> str:
    """Why an address cannot be reached; empty where its syntax is right."""
    if re.search(r"\s", url):
        return "has a space in it"
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
        name = host if ":" in host else host.encode("idna").decode("ascii")
    except ValueError as problem:
        return f"is not an address: {problem}"
    if "@" in parts.netloc:
        return "has a name or password before its host"
    if not (":" in name or _is_host(name)):
        return f"has no host that there could be: {host!r}"
    return "has a % that begins nothing" if _BROKEN_ESCAPE.search(url) else ""


def _is_host(name: str) -> bool:
    labels = name.removesuffix(".").split(".")
    return all(_LABEL.fullmatch(label) for label in labels) and (len(labels) > 1 or name == "localhost")


def _is_private(host: str) -> bool:
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return host == "localhost" or host.endswith((".localhost", ".local", ".internal"))
