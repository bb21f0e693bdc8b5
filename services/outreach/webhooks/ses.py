"""Amazon SES by way of SNS. Each notification is signed with a certificate that AWS serves.

The certificate is fetched from AWS alone, once. To confirm a subscription an address of AWS is opened,
and only for a topic that the settings name.
"""

import base64
import binascii
import re
import threading
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlsplit

import msgspec
import requests
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA1, SHA256, HashAlgorithm
from cryptography.x509 import load_pem_x509_certificate

from chassis.errors import Malformed
from chassis.logs import get_logger
from services.outreach.webhooks.call import Call, Forged, Item, Kind, News, moment, records, text

log = get_logger(__name__)

FETCH_SECONDS = 5
LARGEST = 64 * 1024
MOST_CERTIFICATES = 20

_AWS = re.compile(r"sns\.[a-z0-9-]{3,25}\.amazonaws\.com(?:\.cn)?")
_SIGNED = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    "SubscriptionConfirmation": (
        "Message",
        "MessageId",
        "SubscribeURL",
        "Timestamp",
        "Token",
        "TopicArn",
        "Type",
    ),
}
_SIGNED["UnsubscribeConfirmation"] = _SIGNED["SubscriptionConfirmation"]

KINDS: dict[str, Kind] = {
    "Bounce": "bounced",
    "Complaint": "complained",
    "Delivery": "delivered",
    "DeliveryDelay": "deferred",
}


def fetch(url: str) -> bytes:
    """What AWS serves at an address of SNS. Raises Forged for any other address, or when it cannot be had."""
    parts = urlsplit(url)
    if parts.scheme != "https" or not _AWS.fullmatch(parts.netloc):
        raise Forged("it points to an address that is not of Amazon SNS")
    try:
        with requests.get(url, timeout=FETCH_SECONDS, allow_redirects=False, stream=True) as answer:
            answer.raise_for_status()
            return answer.raw.read(LARGEST, decode_content=True)
    except requests.RequestException as error:
        log.warning("sns_unreachable", error=str(error))
        raise Forged("Amazon SNS cannot be asked now") from error


class Ses:
    """``topics`` are the ARNs whose notifications are taken."""

    def __init__(self, topics: Sequence[str], *, get: Callable[[str], bytes] = fetch) -> None:
        self._topics = frozenset(topics)
        self._get = get
        self._keys: dict[str, rsa.RSAPublicKey] = {}
        self._lock = threading.Lock()

    def verify(self, call: Call) -> None:
        """See ``Adapter``. SNS repeats what was not answered for hours, so there is no look at the time."""
        notice = _notice(call)
        fields = _SIGNED.get(text(notice, "Type"))
        if fields is None:
            raise Forged("the type is unknown")
        if text(notice, "TopicArn") not in self._topics:
            raise Forged("the topic is not one of ours")
        signed = "".join(f"{name}\n{text(notice, name)}\n" for name in fields if name in notice)
        kinds: dict[str, HashAlgorithm] = {"1": SHA1(), "2": SHA256()}
        algorithm = kinds.get(text(notice, "SignatureVersion"))
        if algorithm is None:
            raise Forged("the version is unknown")
        try:
            signature = base64.b64decode(text(notice, "Signature"), validate=True)
            key = self._key(text(notice, "SigningCertURL"))
            key.verify(signature, signed.encode(), padding.PKCS1v15(), algorithm)
        except (InvalidSignature, binascii.Error):
            raise Forged("it does not match") from None

    def read(self, call: Call) -> Sequence[Item]:
        """See ``Adapter``. A subscription to a topic of ours is confirmed."""
        notice = _notice(call)
        if text(notice, "Type") == "SubscriptionConfirmation":
            self._get(text(notice, "SubscribeURL"))
            log.info("sns_subscription_confirmed", topic=text(notice, "TopicArn"))
            return []
        if text(notice, "Type") != "Notification":
            return []
        try:
            message = msgspec.json.decode(text(notice, "Message").encode())
        except msgspec.DecodeError as error:
            raise Malformed("The message of the notification is not JSON") from error
        return [one for record in records(message) for one in news_of(record)]

    def _key(self, url: str) -> rsa.RSAPublicKey:
        with self._lock:
            known = self._keys.get(url)
        if known is not None:
            return known
        try:
            key = load_pem_x509_certificate(self._get(url)).public_key()
        except ValueError:
            raise Forged("the certificate cannot be read") from None
        if not isinstance(key, rsa.RSAPublicKey):
            raise Forged("the certificate has no RSA key")
        with self._lock:
            if len(self._keys) >= MOST_CERTIFICATES:
                self._keys.clear()
            self._keys[url] = key
        return key


def news_of(record: dict[str, Any]) -> list[News]:
    """The news in one event of SES, one for each recipient."""
    kind = KINDS.get(text(record, "notificationType") or text(record, "eventType"))
    if kind is None:
        return []
    mail = record.get("mail") or {}
    if kind == "bounced":
        part = record.get("bounce") or {}
        people = records(part.get("bouncedRecipients") or [])
    elif kind == "complained":
        part = record.get("complaint") or {}
        people = records(part.get("complainedRecipients") or [])
    else:
        part = record.get("delivery" if kind == "delivered" else "deliveryDelay") or {}
        named = part.get("recipients") or part.get("delayedRecipients") or []
        people = [one if isinstance(one, dict) else {"emailAddress": one} for one in named]
    return [
        News(
            kind=kind,
            at=moment(part.get("timestamp")),
            message_id=_header(mail, "message-id"),
            provider_id=text(mail, "messageId"),
            address=text(person, "emailAddress"),
            status=text(person, "status"),
            answer=text(person, "diagnosticCode").removeprefix("smtp; ") or text(part, "smtpResponse"),
            final=text(part, "bounceType") != "Transient",
        )
        for person in people
    ]


def _notice(call: Call) -> dict[str, Any]:
    (notice, *others) = records(call.json()) or [{}]
    if others:
        raise Malformed("One notification was expected")
    return notice


def _header(mail: dict[str, Any], name: str) -> str:
    for header in mail.get("headers") or ():
        if text(header, "name").lower() == name:
            return text(header, "value")
    return ""
