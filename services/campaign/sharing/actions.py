"""Sharing targets out, and noting that somebody has begun to work one."""

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete, update

from chassis.auth import Actor
from chassis.clock import now
from chassis.database import Session
from chassis.errors import Conflict, TooLarge
from chassis.logs import get_logger
from services.campaign.bulk import inserting, send
from services.campaign.planning.lifecycle import State
from services.campaign.planning.queries import take_campaign
from services.campaign.sharing.dealing import Rule, deal
from services.campaign.sharing.model import Share, Sharing
from services.campaign.sharing.queries import unworked_targets

log = get_logger(__name__)

MOST_AT_ONCE = 100_000
"""More targets than people could ever work by hand."""

AT_ONCE = 5000

SHARABLE = (State.RUNNING, State.PAUSED, State.COMPLETED)


def share_targets(
    session: Session, actor: Actor, *, campaign_id: UUID, rule: Rule, statuses: Sequence[str] = ()
) -> Sharing:
    """Deal the targets that nobody has begun to work, those dealt before among them.

    Whom the rule gives to nobody is nobody's afterwards.

    Raises NotFound, Conflict before the launch, TooLarge beyond 100,000 targets.
    """
    campaign = take_campaign(session, actor, campaign_id)
    if campaign.state not in SHARABLE:
        raise Conflict(f"Targets are shared out once the campaign runs, and it is {campaign.state}")
    targets = unworked_targets(session, campaign_id, statuses=statuses, limit=MOST_AT_ONCE + 1)
    if len(targets) > MOST_AT_ONCE:
        raise TooLarge(f"At most {MOST_AT_ONCE} targets are shared out at once; name their statuses")
    dealt, at = deal(targets, rule), now()
    sharing = Sharing(
        campaign_id=campaign_id,
        rule=rule.plain(),
        statuses=sorted(set(statuses)),
        shared=dict(sorted(Counter(dealt.values()).items())),
        left=len(targets) - len(dealt),
        shared_by=actor.subject,
        shared_at=at,
    )
    session.add(sharing)
    session.flush()
    _write(session, sharing, dealt)
    _take_back(session, [target.target_id for target in targets if target.target_id not in dealt])
    log.info("targets_shared", campaign_id=str(campaign_id), shared=len(dealt), left=sharing.left)
    return sharing


def mark_worked(session: Session, target_id: UUID) -> None:
    """Somebody has begun to work the target: it stays with whom it was shared out to."""
    begun = update(Share).where(Share.target_id == target_id, Share.worked_at.is_(None))
    session.execute(begun.values(worked_at=now()))


def _take_back(session: Session, targets: Sequence[UUID]) -> None:
    for at in range(0, len(targets), AT_ONCE):
        theirs = Share.target_id.in_(targets[at : at + AT_ONCE])
        session.execute(delete(Share).where(theirs, Share.worked_at.is_(None)))


def _write(session: Session, sharing: Sharing, dealt: dict[UUID, str]) -> None:
    fresh = inserting(session, Share)
    new = fresh.excluded
    changed = {name: new[name] for name in ("sharing_id", "assignee", "shared_at")}
    rows = [
        {
            "target_id": target_id,
            "campaign_id": sharing.campaign_id,
            "sharing_id": sharing.id,
            "assignee": assignee,
            "shared_at": sharing.shared_at,
        }
        for target_id, assignee in dealt.items()
    ]
    send(session, fresh.on_conflict_do_update(index_elements=["target_id"], set_=changed), rows)
