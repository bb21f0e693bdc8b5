"""Postmark's webhooks. They are not signed; Postmark sends the user and password that its URL holds."""

import base64
import hmac
from collections.abc import Sequence

from services.outreach.webhooks.call import Call, Forged, Item, Kind, News, moment, records, text

KINDS: dict[str, Kind] = {
    "Delivery": "delivered",
    "Bounce": "bounced",
    "SpamComplaint": "complained",
    "SubscriptionChange": "unsubscribed",
}
PASSING = {
    "Transient",
    "SoftBounce",
    "DnsError",
    "SpamNotification",
    "Blocked",
    "AutoResponder",
    "Undeliverable",
}
"""Types of bounces after which the address may still be good."""


class Postmark:
    """``secret`` is ``user:password`` of the webhook's URL."""

    def __init__(self, secret: str) -> None:
        self._expected = f"Basic {base64.b64encode(secret.encode()).decode()}"

    def verify(self, call: Call) -> None:
        """See ``Adapter``."""
        given = call.headers.get("Authorization", "")
        if not hmac.compare_digest(given.encode(), self._expected.encode()):
            raise Forged("user or password are wrong")

    def read(self, call: Call) -> Sequence[Item]:
        """See ``Adapter``."""
        found = []
        for one in records(call.json()):
            kind = KINDS.get(text(one, "RecordType"))
            if kind == "unsubscribed" and one.get("SuppressSending") is not True:
                continue
            if kind is not None:
                found.append(
                    News(
                        kind=kind,
                        at=moment(one.get("BouncedAt") or one.get("DeliveredAt") or one.get("ChangedAt")),
                        message_id=text(one, "Metadata", "delivery"),
                        provider_id=text(one, "MessageID"),
                        address=text(one, "Email") or text(one, "Recipient"),
                        answer=" ".join(
                            part for part in (text(one, "Description"), text(one, "Details")) if part
                        ),
                        final=text(one, "Type") not in PASSING,
                    )
                )
        return found
