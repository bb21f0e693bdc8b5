"""Moves targets up the ladder, many at a time, and tells who moved.

Only a higher rank moves a target, or an earlier moment of the same rank, so that the state in the
end is the same in whatever order the news came.
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from chassis.database import Session
from chassis.outbox import publish
from contracts.campaign import TargetProgress, TargetsProgressed
from services.campaign.launch.bulk import Row, rewrite_targets
from services.campaign.launch.model import Target, rises
from services.campaign.planning.model import Campaign

COLUMNS = (
    Target.id,
    Target.campaign_id,
    Target.contact_id,
    Target.region,
    Target.status,
    Target.status_at,
)


def progress_targets(
    session: Session, campaign: Campaign, *, status: str, at_by_target: Mapping[UUID, datetime]
) -> None:
    """Raise targets of ``campaign`` to ``status``, each at its own moment, and publish those that moved.

    At most a page of targets (500). Those that stand higher already stay, and unknown ones are passed over.
    The campaign must be locked: two writers who read the same targets would undo each other.
    """
    if not at_by_target:
        return
    wanted = select(*COLUMNS).where(Target.campaign_id == campaign.id, Target.id.in_(at_by_target))
    moved: list[Row] = [
        {**stored, "status": status, "status_at": at_by_target[stored["id"]]}
        for stored in session.execute(wanted.order_by(Target.id)).mappings()
        if rises(stored["status"], status, since=stored["status_at"], at=at_by_target[stored["id"]])
    ]
    if not moved:
        return
    rewrite_targets(session, moved)
    changes = [
        TargetProgress(
            target_id=row["id"], contact_id=row["contact_id"], status=row["status"], at=row["status_at"]
        )
        for row in moved
    ]
    publish(session, campaign, TargetsProgressed(campaign_id=campaign.id, changes=changes))
