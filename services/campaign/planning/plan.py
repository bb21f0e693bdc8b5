"""The content of a plan as it is approved, and the hash that fixes it.

The hash is SHA-256 over canonical JSON: keys sorted, no blanks, UTF-8, decimals as plain strings
without trailing zeros, so that equal plans hash alike whatever they were written in.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from babel.numbers import get_currency_precision

if TYPE_CHECKING:
    from services.campaign.audience.model import AudienceSource
    from services.campaign.planning.model import Campaign
    from services.campaign.waves.model import Wave

Content = dict[str, Any]

BASICS = (
    *("code", "name", "kind", "owner", "department", "region", "currency", "message", "click_means"),
    "leads_from",
)


def plan_content(
    campaign: "Campaign",
    waves: Iterable["Wave"],
    audience: Iterable["AudienceSource"] = (),
    tasks: Sequence[Content] = (),
) -> Content:
    """Everything that an approval covers, as plain JSON values."""
    basics: Content = {name: getattr(campaign, name) for name in BASICS}
    score = campaign.interested_from
    return basics | {
        "parent_id": str(campaign.parent_id) if campaign.parent_id else None,
        "interested_from": plain(score) if score is not None else None,
        "purposes": sorted(campaign.purposes),
        "products": sorted(campaign.products),
        "starts_on": campaign.starts_on.isoformat(),
        "ends_on": campaign.ends_on.isoformat(),
        "segment_id": str(campaign.segment_id) if campaign.segment_id else None,
        "goals": [{"metric": goal.metric, "target": plain(goal.target)} for goal in campaign.goals],
        "budget": [
            {"line_id": str(line.line_id), "name": line.name, "amount": plain(line.amount)}
            for line in campaign.budget
        ],
        "audience": [source.content() for source in sorted(audience, key=lambda one: one.position)],
        "waves": [wave.content() for wave in sorted(waves, key=lambda wave: wave.number)],
        "tasks": list(tasks),
    }


def content_hash(content: Mapping[str, Any]) -> str:
    """The hash of a plan's content, as 64 hexadecimal digits."""
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def plain(amount: Decimal) -> str:
    """``amount`` as a plain decimal: 1200.50 and 1.2005E+3 are both ``1200.5``."""
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def in_currency(amount: Decimal, currency: str) -> str:
    """``amount`` with exactly the decimals of its currency: 300 EUR are ``300.00``, 300 JPY ``300``."""
    return f"{amount:.{get_currency_precision(currency)}f}"
