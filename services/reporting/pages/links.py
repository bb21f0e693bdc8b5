"""Signed links to a campaign's page: whoever holds one may look, until it expires."""

import hashlib
import hmac
from datetime import UTC, datetime
from urllib.parse import urlencode
from uuid import UUID

from chassis.clock import now
from chassis.errors import Forbidden
from chassis.keys import keys_in


def page_url(public_url: str, campaign_id: UUID, *, key: str, expires_at: datetime) -> str:
    """The address of a campaign's page that works until ``expires_at``, whole seconds."""
    expires = int(expires_at.timestamp())
    signature = _signature(keys_in(key)[0], campaign_id, expires)
    query = urlencode({"expires": expires, "signature": signature})
    return f"{public_url.rstrip('/')}/campaigns/{campaign_id}/page?{query}"


def check_link(campaign_id: UUID, *, key: str, expires: int, signature: str) -> None:
    """Raises Forbidden for a link that was signed with no key that ``key`` holds, or is no longer good."""
    expected = (_signature(one, campaign_id, expires) for one in keys_in(key))
    if not any(hmac.compare_digest(one.encode(), signature.encode()) for one in expected):
        raise Forbidden("This link was not signed here")
    if now() >= datetime.fromtimestamp(expires, UTC):
        raise Forbidden("This link has expired")


def _signature(key: str, campaign_id: UUID, expires: int) -> str:
    text = f"page:{campaign_id}:{expires}"
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()
