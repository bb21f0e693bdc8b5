"""The content of a plan as it is approved, and the hash that fixes it.

The hash is SHA-256 over canonical JSON: keys sorted, no blanks, UTF-8, decimals as plain strings
without trailing zeros, so that equal plans hash alike whatever they were written in.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Protocol, Union
from uuid import UUID

from babel.numbers import get_currency_precision

if TYPE_CHECKING:
    from contracts.campaign import BudgetLine
    from services.campaign.audience.model import AudienceSource
    from services.campaign.planning.design import DraftLine
    from services.campaign.planning.model import Campaign
    from services.campaign.waves.model import Wave

Content = dict[str, Any]


class Part(Protocol):
    """Something that a plan consists of."""

    def content(self) -> Content:
        """What an approval covers of it, as plain JSON values."""
        ...


Line = Union["BudgetLine", "DraftLine"]

BASICS = (
    *("code", "name", "kind", "owner", "department", "region", "currency", "message", "click_means"),
    "leads_from",
)


def plan_content(
    campaign: "Campaign",
    waves: Iterable["Wave"],
    audience: Iterable["AudienceSource"] = (),
    **others: Iterable[Part],
) -> Content:
    """Everything that an approval covers, as plain JSON values.

    Whatever a plan does not have is left out, so that a part that plans may have one day changes the hash of
    none that was approved before. ``others`` are further parts by their names, each in an order of its own.
    """
    basics: Content = {name: getattr(campaign, name) for name in BASICS}
    score = campaign.interested_from
    main = audience_before_start(campaign, audience)
    content = basics | {
        "parent_id": str(campaign.parent_id) if campaign.parent_id else None,
        "interested_from": plain(score) if score is not None else None,
        "purposes": sorted(campaign.purposes),
        "products": sorted(campaign.products),
        "starts_on": campaign.starts_on.isoformat(),
        "ends_on": campaign.ends_on.isoformat(),
        "segment_id": str(campaign.segment_id) if campaign.segment_id else None,
        "goals": [{"metric": goal.metric, "target": plain(goal.target)} for goal in campaign.goals],
        "budget": [
            line_row(line, line_id=line.line_id, amount=plain(line.amount)) for line in campaign.budget
        ],
        "audience": [source.content() for source in sorted(main, key=lambda one: one.position)],
        "waves": [wave.content() for wave in sorted(waves, key=lambda wave: wave.number)],
    }
    if len(campaign.regions) > 1:
        content["regions"] = campaign.regions
    parts = {name: [one.content() for one in rows] for name, rows in others.items()}
    return content | {name: rows for name, rows in parts.items() if rows}


def audience_before_start(
    campaign: "Campaign", audience: Iterable["AudienceSource"]
) -> list["AudienceSource"]:
    """The audience as it was planned: the first start puts the campaign's own segment before it."""
    return [
        source
        for source in audience
        if source.position or source.segment_id is None or source.segment_id != campaign.segment_id
    ]


def line_row(line: Line, *, line_id: UUID, amount: str) -> Content:
    """A budget line as plain JSON values, without what it does not say."""
    said: Content = {
        "kind": line.kind,
        "responsible": line.responsible,
        "starts_on": line.starts_on.isoformat() if line.starts_on else None,
        "ends_on": line.ends_on.isoformat() if line.ends_on else None,
        "on_breach": None if line.on_breach == "stop" else line.on_breach,
    }
    fixed = {"line_id": str(line_id), "name": line.name, "amount": amount}
    return fixed | {name: value for name, value in said.items() if value is not None}


def content_hash(content: Mapping[str, Any]) -> str:
    """The hash of a plan's content, as 64 hexadecimal digits."""
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def without_schedules(content: Content) -> Content:
    """``content`` without when its waves go out, which may move after the approval."""
    return content | {"waves": [{**wave, "schedule": None} for wave in content["waves"]]}


def plain(amount: Decimal) -> str:
    """``amount`` as a plain decimal: 1200.50 and 1.2005E+3 are both ``1200.5``."""
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def in_currency(amount: Decimal, currency: str) -> str:
    """``amount`` with exactly the decimals of its currency: 300 EUR are ``300.00``, 300 JPY ``300``."""
    return f"{amount:.{get_currency_precision(currency)}f}"
