"""How a lead stands, as a document that it can be put back to."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from services.lead.leads.model import Lead

_TEXTS: Final = ("state", "assignee", "pool", "previous", "outcome", "grade", "currency", "reason")
_MOMENTS: Final = ("accept_by", "wake_at", "qualified_at", "moved_at")


def standing_of(lead: Lead) -> dict[str, Any]:
    """Its state, its holder and how it was judged."""
    moments = {name: getattr(lead, name) for name in _MOMENTS}
    return {
        **{name: getattr(lead, name) for name in _TEXTS},
        **{name: None if at is None else at.isoformat() for name, at in moments.items()},
        "value": None if lead.value is None else str(lead.value),
    }


def put_back(lead: Lead, standing: Mapping[str, Any]) -> None:
    """Let the lead stand as it did."""
    for name in _TEXTS:
        setattr(lead, name, standing[name])
    for name in _MOMENTS:
        at = standing[name]
        setattr(lead, name, None if at is None else datetime.fromisoformat(at))
    lead.value = None if standing["value"] is None else Decimal(standing["value"])
