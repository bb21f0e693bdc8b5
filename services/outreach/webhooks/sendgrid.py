"""SendGrid's event webhook, signed with ECDSA over the timestamp and the body."""

import base64
import binascii
from collections.abc import Sequence
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

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

SIGNATURE = "X-Twilio-Email-Event-Webhook-Signature"
TIMESTAMP = "X-Twilio-Email-Event-Webhook-Timestamp"

KINDS: dict[str, Kind] = {
    "delivered": "delivered",
    "bounce": "bounced",
    "dropped": "bounced",
    "deferred": "deferred",
    "spamreport": "complained",
    "unsubscribe": "unsubscribed",
    "group_unsubscribe": "unsubscribed",
}


class SendGrid:
    """``key`` is the verification key that SendGrid shows: base64 of a DER public key."""

    def __init__(self, key: str) -> None:
        found = load_der_public_key(base64.b64decode(key))
        if not isinstance(found, ec.EllipticCurvePublicKey):
            raise ValueError("the key of SendGrid's webhook is not an elliptic curve key")
        self._key = found

    def verify(self, call: Call) -> None:
        """See ``Adapter``."""
        stamp = call.headers.get(TIMESTAMP, "")
        try:
            signature = base64.b64decode(call.headers.get(SIGNATURE, ""), validate=True)
            self._key.verify(signature, stamp.encode() + call.body, ec.ECDSA(SHA256()))
        except (InvalidSignature, binascii.Error):
            raise Forged("it does not match") from None
        require_recent(stamp)

    def read(self, call: Call) -> Sequence[Item]:
        """See ``Adapter``."""
        return [
            _news(one, KINDS[text(one, "event")])
            for one in records(call.json())
            if text(one, "event") in KINDS
        ]


def _news(event: dict[str, Any], kind: Kind) -> News:
    blocked = text(event, "type") == "blocked"
    return News(
        kind=kind,
        at=moment(event.get("timestamp")),
        message_id=text(event, "smtp-id"),
        provider_id=text(event, "sg_message_id").partition(".")[0],
        address=text(event, "email"),
        status=text(event, "status"),
        answer=text(event, "reason") or text(event, "response"),
        final=not blocked,
    )
