"""Writes to regions."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from chassis.auth import Actor
from services.lead.coded import refuse_double
from services.lead.regions.model import Region
from services.lead.trees import check_place, parents_in


def add_region(
    session: Session,
    actor: Actor,
    *,
    department: str,
    code: str,
    name: str,
    kind: str,
    parent_id: UUID | None = None,
) -> Region:
    """Add a region. Raises Forbidden, Conflict for a code that is taken, Invalid for a foreign parent."""
    actor.require_department(department)
    refuse_double(session, Region, department=department, code=code)
    check_place(parents_in(session, Region, department), node=None, parent=parent_id)
    region = Region(
        department=department, code=code, name=name, kind=kind, parent_id=parent_id, retired=False
    )
    session.add(region)
    return region


def change_region(session: Session, *, region: Region, **changes: Any) -> Region:
    """Rename a region, move it, retire it, or bring it back. Raises Invalid for a circle."""
    if "parent_id" in changes:
        parents = parents_in(session, Region, region.department)
        check_place(parents, node=region.id, parent=changes["parent_id"])
    for name, value in changes.items():
        setattr(region, name, value)
    region.version += 1
    return region
