"""Makes a draft from another campaign. A planner's copy and a wave's sub-campaign are made by this alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from chassis.auth import Actor
from chassis.clock import now
from chassis.database import Session
from chassis.errors import Invalid
from chassis.ids import new_id
from services.campaign.copying.parts import (
    Copied,
    PartCopier,
    copy_audience,
    copy_purchases,
    copy_staff,
    copy_waves,
    moved,
)
from services.campaign.planning.actions import keep_design, require_parent
from services.campaign.planning.lifecycle import State
from services.campaign.planning.model import DESIGNED, Campaign
from services.campaign.planning.signing import signature_of
from services.campaign.tasks.copying import copy_tasks

PARTS: Sequence[PartCopier] = (copy_staff, copy_purchases, copy_waves, copy_tasks)
"""What every copy takes over beside the design. A further part of plans is added here."""


@dataclass(frozen=True, kw_only=True)
class Copy:
    """What a copy shall be. It lasts as long as what it is made from."""

    code: str
    name: str
    starts_on: date
    owner: str
    created_by: str
    parent_id: UUID | None = None
    segment_id: UUID | None = None
    is_template: bool = False


def copy_campaign(
    session: Session,
    actor: Actor,
    *,
    source: Campaign,
    code: str,
    name: str,
    starts_on: date,
    owner: str | None = None,
    parent_id: UUID | None = None,
    is_template: bool = False,
) -> Campaign:
    """A draft with design, staff, purchases, waves, tasks and audience of ``source``; all dates move alike.

    Raises Conflict when the code is taken, Invalid for a parent that is none or dates beyond the calendar.
    """
    actor.require_department(source.department)
    require_parent(session, parent_id, department=source.department)
    by = signature_of(actor)
    wanted = Copy(
        code=code,
        name=name,
        starts_on=starts_on,
        owner=owner or by,
        created_by=by,
        parent_id=parent_id,
        segment_id=source.segment_id,
        is_template=is_template,
    )
    copied = begin_copy(source, wanted)
    session.add(copied.copy)
    keep_design(session, copied.copy)
    try:
        copy_parts(session, copied)
    except OverflowError as error:
        raise _beyond() from error
    copy_audience(session, copied)
    return copied.copy


def begin_copy(source: Campaign, wanted: Copy) -> Copied:
    """The copy itself, which no session knows yet. Raises Invalid for dates beyond the calendar."""
    shift = wanted.starts_on - source.starts_on
    lines = {line.line_id: new_id() for line in source.budget}
    copy = Campaign(
        **{name: getattr(source, name) for name in DESIGNED},
        region=source.region,
        regions=list(source.regions),
        owner=wanted.owner,
        goal_rows=list(source.goal_rows),
        state=State.DRAFT,
        created_by=wanted.created_by,
        created_at=now(),
        plan_version=0,
        review_comment="",
        start_problem="",
    )
    for name in ("code", "name", "starts_on", "parent_id", "segment_id", "is_template"):
        setattr(copy, name, getattr(wanted, name))
    try:
        copy.ends_on = source.ends_on + shift
        copy.budget_rows = [_moved_line(row, lines, shift) for row in source.budget_rows]
    except OverflowError as error:
        raise _beyond() from error
    return Copied(source=source, copy=copy, shift=shift, lines=lines)


def copy_parts(session: Session, copied: Copied) -> None:
    """Give the copy, which is stored, all that the plan of its source consists of, its audience apart."""
    for copy_part in PARTS:
        copy_part(session, copied)


def _moved_line(row: dict[str, str], lines: dict[UUID, UUID], shift: timedelta) -> dict[str, str]:
    days: dict[str, str] = {
        name: str(moved(date.fromisoformat(row[name]), shift))
        for name in ("starts_on", "ends_on")
        if name in row
    }
    return {**row, **days, "line_id": str(lines[UUID(row["line_id"])])}


def _beyond() -> Invalid:
    return Invalid({"starts_on": ["moves dates beyond the calendar"]})
