"""What of a plan does not add up, named by its field. Pure: no database, no clock.

An error keeps the plan from being submitted; a warning is for whoever plans and approves it to weigh.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from services.campaign.audience.model import INCLUDE
from services.campaign.planning.design import Period, Problems, period_problems
from services.campaign.planning.lifecycle import State
from services.campaign.planning.model import Campaign
from services.campaign.planning.parts import Parts
from services.campaign.planning.relatives import Relatives
from services.campaign.procurement.items import spent_by_line, too_dear
from services.campaign.tasks.plan import frame_of
from services.campaign.tasks.tree import by_id, problems_of
from services.campaign.waves.model import Wave

ERROR: Literal["error"] = "error"
WARNING: Literal["warning"] = "warning"

GIVEN_UP = (State.CANCELLED, State.CLOSED)


@dataclass(frozen=True)
class Finding:
    """One thing that does not add up. ``field`` is a path into the plan (``budget.0.amount``)."""

    field: str
    severity: Literal["error", "warning"]
    message: str


def findings_of(campaign: Campaign, parts: Parts, relatives: Relatives) -> list[Finding]:
    """Everything that does not add up, errors first."""
    found = [
        *_audience_findings(campaign, parts),
        *wave_findings(campaign, parts.waves),
        *_line_findings(campaign),
        *_purchase_findings(campaign, parts),
        *_people_findings(parts),
        *_task_findings(campaign, parts),
        *_goal_findings(campaign),
        *_parent_findings(campaign, relatives),
        *_child_findings(campaign, relatives.children),
    ]
    return sorted(found, key=lambda finding: finding.severity)


def errors_of(findings: Iterable[Finding]) -> Problems:
    """The errors among ``findings`` as reasons by field."""
    problems: Problems = {}
    for finding in findings:
        if finding.severity == ERROR:
            problems.setdefault(finding.field, []).append(finding.message)
    return problems


def _audience_findings(campaign: Campaign, parts: Parts) -> Iterator[Finding]:
    if campaign.segment_id is None and not any(one.role == INCLUDE for one in parts.audience):
        reason = "or another source of targets is needed before the plan can be submitted"
        yield Finding("segment_id", ERROR, reason)
    named = {one.product for one in parts.audience if one.product}
    for product in sorted(named.difference(campaign.products)):
        yield Finding("products", ERROR, f"lack {product}, which a part of the audience shall hear of")


def wave_findings(campaign: Campaign, waves: Sequence[Wave]) -> Iterator[Finding]:
    """What of the waves does not go with their campaign."""
    if not waves:
        yield Finding("waves", ERROR, "at least one is needed before the plan can be submitted")
    there = {line.line_id for line in campaign.budget}
    for wave in waves:
        if wave.budget_line_id is not None and wave.budget_line_id not in there:
            yield Finding(f"waves.{wave.number}.budget_line_id", ERROR, "is no budget line of the campaign")
        begins, known = _beginning(wave)
        if begins is not None and (begins > campaign.ends_on or (known and begins < campaign.starts_on)):
            reason = f"begins on {begins}, outside the campaign ({campaign.starts_on} to {campaign.ends_on})"
            yield Finding(f"waves.{wave.number}.schedule", ERROR, reason)


def _beginning(wave: Wave) -> tuple[date | None, bool]:
    """The first day of a wave by its schedule, and whether it is that very day or may be a later one."""
    schedule = wave.schedule
    if schedule is None:
        return None, False
    if schedule.local_time:
        return datetime.fromisoformat(schedule.local_time).date(), True
    return (schedule.not_before.date() if schedule.not_before else None), False


def _line_findings(campaign: Campaign) -> Iterator[Finding]:
    for place, line in enumerate(campaign.budget):
        for field, reasons in period_problems(line, campaign, field=f"budget.{place}").items():
            yield from (Finding(field, ERROR, reason) for reason in reasons)
        if line.responsible is None and line.amount:
            reason = "nobody is named; the line is then the submitter's"
            yield Finding(f"budget.{place}.responsible", WARNING, reason)


def _purchase_findings(campaign: Campaign, parts: Parts) -> Iterator[Finding]:
    spent = spent_by_line(parts.purchases)
    for place, line in enumerate(campaign.budget):
        if spent.get(line.line_id, Decimal(0)) > line.amount:
            yield Finding(f"budget.{place}.amount", ERROR, f"Purchases {too_dear(line, spent)}")
    there = {line.line_id for line in campaign.budget}
    for place, item in enumerate(parts.purchases):
        if item.line_id not in there:
            yield Finding(f"purchases.{place}.line_id", ERROR, "is no budget line of the campaign any more")
        if item.needed_on is not None and item.needed_on > campaign.ends_on:
            yield Finding(f"purchases.{place}.needed_on", WARNING, "comes after the end of the campaign")


def _task_findings(campaign: Campaign, parts: Parts) -> Iterator[Finding]:
    places = {task.id: place for place, task in enumerate(parts.tasks)}
    nodes = by_id(task.node() for task in parts.tasks)
    for task_id, field, reason in problems_of(nodes, frame_of(campaign)):
        message = f"{nodes[task_id].name}: {reason}"
        yield Finding(f"tasks.{places[task_id]}.{field}", ERROR, message)


def _people_findings(parts: Parts) -> Iterator[Finding]:
    if not parts.participants:
        yield Finding("participants", WARNING, "nobody but the owner works for the campaign")


def _goal_findings(campaign: Campaign) -> Iterator[Finding]:
    if not campaign.goals:
        yield Finding("goals", WARNING, "are missing: nobody can tell whether the campaign succeeds")
    if not campaign.purposes:
        yield Finding("purposes", WARNING, "are missing")


def _parent_findings(campaign: Campaign, relatives: Relatives) -> Iterator[Finding]:
    parent = relatives.parent
    if parent is None:
        return
    if parent.state in GIVEN_UP:
        yield Finding("parent_id", WARNING, f"{parent.code}, which this is a part of, is {parent.state}")
    for name in ("starts_on", "ends_on"):
        day = getattr(campaign, name)
        if not _covers(parent, day):
            reason = f"lies outside {parent.code}, which this is a part of"
            yield Finding(name, WARNING, f"{reason} ({parent.starts_on} to {parent.ends_on})")
    excess = _excess(parent, [campaign, *relatives.siblings])
    if excess is not None:
        yield Finding("budget", WARNING, f"{excess} than {parent.code}, which this is a part of")


def _child_findings(campaign: Campaign, children: Sequence[Campaign]) -> Iterator[Finding]:
    for child in children:
        if not (_covers(campaign, child.starts_on) and _covers(campaign, child.ends_on)):
            reason = f"{child.code}, a part of this, lasts from {child.starts_on} to {child.ends_on}"
            yield Finding("ends_on" if _covers(campaign, child.starts_on) else "starts_on", WARNING, reason)
    if (excess := _excess(campaign, children)) is not None:
        yield Finding("budget", WARNING, f"{excess} than this campaign")


def _excess(parent: Campaign, parts: Iterable[Campaign]) -> str | None:
    """That parts of a campaign have more budget than it has, in words. One without budget sets no limit."""
    same = [one for one in parts if one.currency == parent.currency and one.state not in GIVEN_UP]
    planned = sum((one.total for one in same), Decimal(0))
    if not parent.total or planned <= parent.total:
        return None
    return f"the parts plan {planned - parent.total} {parent.currency} more"


def _covers(period: Period, day: date) -> bool:
    return (period.starts_on or day) <= day <= (period.ends_on or day)
