"""Writes many targets in one statement."""

from collections.abc import Sequence

from chassis.database import Session
from services.campaign.bulk import Row, inserting, send
from services.campaign.launch.model import Target


def insert_targets(session: Session, rows: Sequence[Row]) -> None:
    """Add targets. A contact that is on the list already came from whichever source stands first."""
    fresh = inserting(session, Target)
    excluded = fresh.excluded
    once = fresh.on_conflict_do_update(
        index_elements=["campaign_id", "contact_id"],
        set_={"source": excluded.source, "product": excluded.product},
        where=Target.source > excluded.source,
    )
    send(session, once, rows)
