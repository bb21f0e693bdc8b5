"""Mailgun's webhooks, signed with HMAC-SHA256 over a timestamp and a token."""

import hashlib
import hmac
from collections.abc import Sequence

from services.outreach.webhooks.call import (
    Call,
    Forged,
    Item,
    Kind,
    News,
    moment,
    records,
    require_recent,
    text,
)

KINDS: dict[str, Kind] = {
    "delivered": "delivered",
    "failed": "bounced",
    "rejected": "bounced",
    "complained": "complained",
    "unsubscribed": "unsubscribed",
}


class Mailgun:
    """``key`` is the HTTP webhook signing key."""

    def __init__(self, key: str) -> None:
        self._key = key.encode()

    def verify(self, call: Call) -> None:
        """See ``Adapter``."""
        (record, *_) = records(call.json()) or [{}]
        stamp, token = text(record, "signature", "timestamp"), text(record, "signature", "token")
        expected = hmac.new(self._key, f"{stamp}{token}".encode(), hashlib.sha256).hexdigest()
        if not hmac.compare_digest(text(record, "signature", "signature").encode(), expected.encode()):
            raise Forged("it does not match")
        require_recent(stamp)

    def read(self, call: Call) -> Sequence[Item]:
        """See ``Adapter``."""
        found = []
        for one in records(call.json()):
            event = one.get("event-data") or {}
            kind = KINDS.get(text(event, "event"))
            if kind is None:
                continue
            status = text(event, "delivery-status", "enhanced-code")
            words = text(event, "delivery-status", "message") or text(event, "delivery-status", "description")
            code = text(event, "delivery-status", "code")
            found.append(
                News(
                    kind=kind,
                    at=moment(event.get("timestamp")),
                    message_id=text(event, "message", "headers", "message-id"),
                    address=text(event, "recipient"),
                    status=status,
                    answer=words if words.startswith(code) else f"{code} {words}".strip(),
                    final=text(event, "severity") != "temporary",
                )
            )
        return found
