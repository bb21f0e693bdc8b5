"""Twilio's callbacks for SMS, signed with HMAC-SHA1 over the URL and the sorted fields."""

import base64
import hashlib
import hmac
from collections.abc import Sequence

from services.outreach.webhooks.call import Call, Forged, Item, TextMessage, TextReceipt

SIGNATURE = "X-Twilio-Signature"


class Twilio:
    """``token`` is the account's auth token."""

    def __init__(self, token: str) -> None:
        self._token = token.encode()

    def verify(self, call: Call) -> None:
        """See ``Adapter``. The moment is not part of the signature; what comes again changes nothing."""
        signed = call.url + "".join(f"{name}{value}" for name, value in sorted(call.form()))
        expected = base64.b64encode(hmac.new(self._token, signed.encode(), hashlib.sha1).digest())
        if not hmac.compare_digest(call.headers.get(SIGNATURE, "").encode(), expected):
            raise Forged("it does not match")

    def read(self, call: Call) -> Sequence[Item]:
        """See ``Adapter``."""
        fields = dict(call.form())
        message_id = fields.get("MessageSid") or fields.get("SmsSid", "")
        status = fields.get("MessageStatus") or fields.get("SmsStatus", "")
        if status in ("", "received"):
            return [
                TextMessage(message_id, fields.get("From", ""), fields.get("To", ""), fields.get("Body", ""))
            ]
        return [TextReceipt(message_id, status, fields.get("To", ""), fields.get("ErrorCode", ""))]
