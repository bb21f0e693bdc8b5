"""Signs calls as the providers do, with keys made for the tests."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

from chassis.clock import now

PUBLIC = "https://links.example"
TOPIC = "arn:aws:sns:eu-west-1:123456789012:ses"
CERTIFICATE_URL = "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-1.pem"
POSTMARK = "hook:secret"
MAILGUN = "mailgun-key"
TWILIO = "twilio-token"

Signed = tuple[dict[str, str], bytes]
"""The headers and the body of a call."""


@dataclass
class SendGridKey:
    """A pair of keys as SendGrid makes it."""

    private: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    @property
    def public(self) -> str:
        raw = self.private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return base64.b64encode(raw).decode()

    def sign(self, events: object, *, age: float = 0) -> Signed:
        body = json.dumps(events).encode()
        stamp = str(int(now().timestamp() - age))
        signature = self.private.sign(stamp.encode() + body, ec.ECDSA(SHA256()))
        return {
            "X-Twilio-Email-Event-Webhook-Signature": base64.b64encode(signature).decode(),
            "X-Twilio-Email-Event-Webhook-Timestamp": stamp,
        }, body


@dataclass
class SnsKey:
    """A certificate as Amazon SNS serves it, and its key. ``get`` stands in for Amazon's web server."""

    private: rsa.RSAPrivateKey = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))
    asked: list[str] = field(default_factory=list)

    def get(self, url: str) -> bytes:
        self.asked.append(url)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
        start = datetime.now(UTC) - timedelta(days=1)
        builder = x509.CertificateBuilder(
            name, name, self.private.public_key(), 1, start, start + timedelta(days=9)
        )
        return builder.sign(self.private, SHA256()).public_bytes(Encoding.PEM)

    def sign(self, message: object, *, kind: str = "Notification", **changes: str) -> Signed:
        notice = {
            "Type": kind,
            "MessageId": "m-1",
            "TopicArn": TOPIC,
            "Message": message if isinstance(message, str) else json.dumps(message),
            "Timestamp": now().isoformat(),
            "SignatureVersion": "2",
            "SigningCertURL": CERTIFICATE_URL,
            **changes,
        }
        if kind != "Notification":
            notice |= {
                "Token": "t",
                "SubscribeURL": "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription",
            }
        signed = "".join(
            f"{name}\n{notice[name]}\n"
            for name in ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")
            if name in notice
        )
        signature = self.private.sign(signed.encode(), padding.PKCS1v15(), SHA256())
        notice["Signature"] = base64.b64encode(signature).decode()
        return {}, json.dumps(notice).encode()


def postmark(event: object) -> Signed:
    return {"Authorization": f"Basic {base64.b64encode(POSTMARK.encode()).decode()}"}, json.dumps(
        event
    ).encode()


def mailgun(event: Mapping[str, Any], *, age: float = 0) -> Signed:
    stamp, token = str(int(now().timestamp() - age)), "a" * 50
    signature = hmac.new(MAILGUN.encode(), f"{stamp}{token}".encode(), hashlib.sha256).hexdigest()
    body = {"signature": {"timestamp": stamp, "token": token, "signature": signature}, "event-data": event}
    return {}, json.dumps(body).encode()


def twilio(fields: Mapping[str, str]) -> Signed:
    from urllib.parse import urlencode

    signed = f"{PUBLIC}/webhooks/twilio" + "".join(f"{name}{value}" for name, value in sorted(fields.items()))
    signature = base64.b64encode(hmac.new(TWILIO.encode(), signed.encode(), hashlib.sha1).digest()).decode()
    return {"X-Twilio-Signature": signature}, urlencode(fields).encode()
