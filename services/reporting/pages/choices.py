"""What the filters of a page may choose from."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from chassis.auth import Actor
from chassis.database import Session
from services.reporting.projections.model import Campaign

NAMES = ("kind", "region", "department", "currency")


def choices(session: Session, actor: Actor) -> Mapping[str, Sequence[str]]:
    """The values that the campaigns of the actor's departments have, sorted, by filter."""
    columns = [getattr(Campaign, name) for name in NAMES]
    query = select(*columns).where(Campaign.plan_sequence > 0, actor.scope(Campaign.__table__.c.department))
    found: dict[str, set[str]] = {name: set() for name in NAMES}
    for row in session.execute(query.distinct()):
        for name, value in zip(NAMES, row, strict=True):
            if value is not None:
                found[name].add(value)
    return {name: sorted(values) for name, values in found.items()}
