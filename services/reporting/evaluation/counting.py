"""What the rows of one campaign come to, counted in memory. Pure.

``queries`` counts the rows that are read in the database by the same rules; this counts those that were
folded up to a past moment.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from services.reporting.evaluation.formulas import Facts
from services.reporting.projections import shapes
from services.reporting.projections.folding import PROGRESS
from services.reporting.projections.shapes import Key, Row, Shape

Rows = Mapping[Shape, Mapping[Key, Row]]

COUNTED = (
    *(shapes.CAMPAIGNS, shapes.WAVES, shapes.MAILINGS, shapes.TARGETS),
    *(shapes.RESPONSES, shapes.LEADS, shapes.BUDGET_LINES, shapes.EVENT_SOURCES),
)
"""The projections that an evaluation is made from."""

VALID = ("near_term", "long_term")
"""Outcomes that make a lead a valid one."""


@dataclass(frozen=True)
class WaveOutcomes:
    """A mailing's deliveries by outcome. What is not known yet is None."""

    mailing_id: UUID
    wave_id: UUID
    number: int | None
    channel: str | None
    recipients: int | None
    accepted: int
    failed: int
    suppressed: int
    uncertain: int


def of_campaign(rows: Rows, campaign_id: UUID) -> dict[Shape, list[Row]]:
    """The rows of one campaign. A lead that went over to another one is not among them."""
    return {
        shape: [row for row in keyed.values() if row.get("campaign_id") == campaign_id]
        for shape, keyed in rows.items()
    }


def count(campaign: Row, rows: Mapping[Shape, Collection[Row]]) -> Facts:
    """What the campaign with these rows comes to."""
    targets, responses, leads = rows[shapes.TARGETS], rows[shapes.RESPONSES], rows[shapes.LEADS]
    return Facts(
        targets=campaign["targets"] or 0,
        executed_targets=sum(row["reached"] > 0 for row in targets),
        opportunities=sum(row["progress"] >= PROGRESS["opportunity"] for row in targets),
        responses=len(responses),
        responding_targets=len({row["target_id"] for row in responses} - {None}),
        leads=sum(row["capture_sequence"] > 0 for row in leads),
        valid_leads=sum(row["outcome"] in VALID for row in leads),
        **_money(rows[shapes.BUDGET_LINES], campaign["currency"]),
    )


def by_status(counts: Mapping[int, int], *, targets: int) -> dict[str, int]:
    """How many of ``targets`` stand at each status; ``counts`` has those that moved, by rank.

    Only a target that moved has a row; the others still stand where the launch put them.
    """
    unmoved = max(0, targets - sum(counts.values()))
    standing = Counter(counts)
    standing[PROGRESS["targeted"]] += unmoved
    return {status: standing[rank] for status, rank in PROGRESS.items()}


def progress(rows: Mapping[Shape, Collection[Row]], *, targets: int) -> dict[str, int]:
    """``by_status`` of the rows of targets."""
    return by_status(Counter(row["progress"] for row in rows[shapes.TARGETS]), targets=targets)


def waves(rows: Mapping[Shape, Collection[Row]]) -> list[WaveOutcomes]:
    """The mailings, each with its deliveries counted by outcome, in the order of the waves."""
    released = {row["wave_id"]: row for row in rows[shapes.WAVES]}
    found = [_outcomes(row, released.get(row["wave_id"])) for row in rows[shapes.MAILINGS]]
    return sorted(found, key=lambda one: (one.number is None, one.number or 0, one.mailing_id))


def _outcomes(mailing: Row, wave: Row | None) -> WaveOutcomes:
    counts: dict[str, Any] = {
        name: mailing[name]
        for name in (
            *("mailing_id", "wave_id", "recipients"),
            *("accepted", "failed", "suppressed", "uncertain"),
        )
    }
    channel = (wave["channel"] if wave else None) or mailing["channel"]
    return WaveOutcomes(number=wave["number"] if wave else None, channel=channel, **counts)


def _money(lines: Iterable[Row], currency: str | None) -> dict[str, Any]:
    """Money is added only where all lines are in one currency, which then is that of the figures."""
    lines = list(lines)
    currencies = {line["currency"] for line in lines}
    names = ("budget", "committed", "direct_cost", "allocated_cost")
    if len(currencies) > 1:
        return {**dict.fromkeys(names), "currency": currency}
    sums = {name: sum((line[name] for line in lines), Decimal()) for name in ("budget", "committed")}
    allocated = sum((line["allocated"] for line in lines), Decimal())
    incurred = sum((line["incurred"] for line in lines), Decimal())
    spent = {"direct_cost": incurred - allocated, "allocated_cost": allocated}
    return {**sums, **spent, "currency": currencies.pop() if currencies else currency}
