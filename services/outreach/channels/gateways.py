"""What has become of a message that an HTTP gateway was to take, by what comes back.

A request that never got through is unreached. One that did, and has no answer that tells, may have been
taken: it is uncertain.
"""

import ssl
from typing import Any, Final

import requests
from urllib3.exceptions import NewConnectionError

from services.outreach.channels.channel import Answer, Fate, Message
from services.outreach.channels.pooled import LONGEST_ANSWER

CONNECT_SECONDS: Final = 10.0
CLOSED: Final = frozenset({401, 403, 404, 405})
"""Not the message is wrong, but the gateway's address or our password: nothing is tried for want of it."""

BUSY: Final = frozenset({408, 409, 425, 429, 503})


def fate_of(status: int, *, taken: Fate) -> Fate:
    """What a status says; where it is one of success, what became of it is in the answer: ``taken``."""
    if 200 <= status < 300:
        return taken
    if status in CLOSED or 300 <= status < 400:
        return "unreached"
    if status in BUSY:
        return "deferred"
    return "refused" if 400 <= status < 500 else "uncertain"


def unanswered(message: Message, error: requests.RequestException) -> Answer:
    """What is known of a message without an answer."""
    fate: Fate = "unreached" if never_left(error) else "uncertain"
    return Answer(message.delivery_id, fate, f"{type(error).__name__}: {error}"[:LONGEST_ANSWER])


def document(response: requests.Response) -> dict[str, Any]:
    """The JSON object of an answer; an empty one where it is none."""
    try:
        found = response.json()
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def never_left(error: requests.RequestException) -> bool:
    """Whether a request surely did not reach the other side."""
    if isinstance(error, requests.ConnectTimeout | requests.exceptions.ProxyError):
        return True
    cause = error.args[0] if error.args else None
    reason = getattr(cause, "reason", cause)
    if isinstance(reason, NewConnectionError):
        return True
    inner = getattr(reason, "args", None) or (None,)
    return isinstance(inner[0], ssl.SSLCertVerificationError)
