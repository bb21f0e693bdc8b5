"""Reading limits. What holds for every department is seen by all."""

from typing import TypeVar

from sqlalchemy import Select, select

from chassis.auth import Actor
from services.outreach.limits.model import EVERY_DEPARTMENT, FrequencyCap, QuietHours

Owned = TypeVar("Owned", QuietHours, FrequencyCap)


def owned(actor: Actor, kind: type[Owned]) -> Select[Owned]:
    """The hours or caps of the actor's departments, and those of all."""
    return select(kind).where(actor.scope(kind.department) | (kind.department == EVERY_DEPARTMENT))
