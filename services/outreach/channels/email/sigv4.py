"""Signature Version 4 of Amazon's APIs, as far as a POST without a query needs it."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

ALGORITHM = "AWS4-HMAC-SHA256"


@dataclass(frozen=True)
class Credentials:
    """Whose signature it is, and what for."""

    access_key: str
    secret_key: str
    region: str
    service: str


def signed_headers(
    credentials: Credentials,
    *,
    host: str,
    path: str,
    body: bytes,
    at: datetime,
    content_type: str = "application/json",
) -> Mapping[str, str]:
    """The headers of a request, ``Authorization`` among them. ``at`` must be within minutes of the truth."""
    moment = at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    day = moment[:8]
    headers = {"content-type": content_type, "host": host, "x-amz-date": moment}
    names = ";".join(headers)
    lines = "".join(f"{name}:{value}\n" for name, value in headers.items())
    request = f"POST\n{path}\n\n{lines}\n{names}\n{hashlib.sha256(body).hexdigest()}"
    scope = f"{day}/{credentials.region}/{credentials.service}/aws4_request"
    text = f"{ALGORITHM}\n{moment}\n{scope}\n{hashlib.sha256(request.encode()).hexdigest()}"
    key = f"AWS4{credentials.secret_key}".encode()
    for part in (day, credentials.region, credentials.service, "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    signature = hmac.new(key, text.encode(), "sha256").hexdigest()
    credential = f"{credentials.access_key}/{scope}"
    authorization = f"{ALGORITHM} Credential={credential}, SignedHeaders={names}, Signature={signature}"
    return headers | {"authorization": authorization}
