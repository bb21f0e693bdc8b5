"""Moves targets up the ladder, many at a time, and tells who moved.

Only a higher rank moves a target, or an earlier moment of the same rank, so that the state in the
end is the same in whatever order the news came.
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import Uuid, and_, or_, update

from chassis.columns import Moment
from chassis.database import Session
from chassis.outbox import publish
from contracts.campaign import TargetProgress, TargetsProgressed
from services.campaign.bulk import as_table
from services.campaign.launch.model import STATUSES, Target
from services.campaign.planning.model import Campaign


def progress_targets(
    session: Session, campaign: Campaign, *, status: str, at_by_target: Mapping[UUID, datetime]
) -> None:
    """Raise targets of ``campaign`` to ``status``, each at its own moment, and publish those that moved.

    At most a page of targets (500). Those that stand higher already stay, and unknown ones are passed over.
    The campaign must be locked, so that its events tell of the targets in the order they moved.
    """
    if not at_by_target:
        return
    rows = [{"id": target_id, "at": at} for target_id, at in at_by_target.items()]
    news = as_table(session, {"id": Uuid(), "at": Moment()}, rows).c
    lower = Target.status.in_(STATUSES[: STATUSES.index(status)])
    sooner = and_(Target.status == status, Target.status_at > news.at)
    raised = (
        update(Target)
        .where(Target.id == news.id, Target.campaign_id == campaign.id, or_(lower, sooner))
        .values(status=status, status_at=news.at)
        .returning(Target.id, Target.contact_id)
    )
    session.flush()
    moved = sorted(session.connection().execute(raised).all())
    if moved:
        changes = [
            TargetProgress(
                target_id=target_id,
                contact_id=contact_id,
                status=status,  # type: ignore[arg-type]
                at=at_by_target[target_id],
            )
            for target_id, contact_id in moved
        ]
        publish(session, campaign, TargetsProgressed(campaign_id=campaign.id, changes=changes))
