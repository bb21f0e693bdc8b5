"""Signed links to a campaign's page: whoever holds one may look, until it expires."""

import hashlib
import hmac
from datetime import UTC, datetime
from urllib.parse import urlencode
from uuid import UUID

from chassis.clock import now
from chassis.errors import Forbidden


def page_url(public_url: str, campaign_id: UUID, *, key: str, expires_at: datetime) -> str:
    """The address of a campaign's page that works until ``expires_at``, whole seconds."""
    expires = int(expires_at.timestamp())
    query = urlencode({"expires": expires, "signature": _signature(key, campaign_id, expires)})
    return f"{public_url.rstrip('/')}/campaigns/{campaign_id}/page?{query}"


def check_link(campaign_id: UUID, *, key: str, expires: int, signature: str) -> None:
    """Raises Forbidden for a link that was not signed with ``key``, or is no longer good."""
    expected = _signature(key, campaign_id, expires)
    if not hmac.compare_digest(expected.encode(), signature.encode()):
        raise Forbidden("This link was not signed here")
    if now() >= datetime.fromtimestamp(expires, UTC):
        raise Forbidden("This link has expired")


def _signature(key: str, campaign_id: UUID, expires: int) -> str:
    text = f"page:{campaign_id}:{expires}"
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()
