"""Takes contacts onto a campaign's target list, or keeps them off it, page by page as they come.

The campaign is locked meanwhile. Pages of several sources may come in any order: what is on the list in
the end, and why the others are not, is the same.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import CursorResult, case, delete, func, or_, select, update

from chassis.clock import now
from chassis.database import Session
from chassis.ids import new_id
from chassis.metrics import counter
from contracts.lead import ResolvedContact
from services.campaign.audience.model import (
    CAMPAIGN,
    REASONS,
    RECENT,
    AudienceEntry,
    AudienceSource,
    Exclusion,
)
from services.campaign.bulk import Row, inserting, send
from services.campaign.launch.bulk import insert_targets
from services.campaign.launch.model import TARGETED, Target
from services.campaign.planning.model import Campaign
from services.campaign.waves.model import WaveRecipient

excluded_total = counter(
    "audience_excluded_total",
    "Contacts left out of target lists, by reason.",
    ("reason",),
    starts=((reason,) for reason in REASONS),
)


class Barrier(NamedTuple):
    """What keeps a contact off: the source with its position, and its kind as the reason."""

    position: int
    source_id: UUID
    reason: str


def take_contacts(
    session: Session,
    campaign: Campaign,
    *,
    sources: Sequence[AudienceSource],
    source: AudienceSource,
    contacts: Sequence[ResolvedContact],
) -> None:
    """Apply a page (at most 500 contacts) of ``source``, one of the campaign's ``sources``."""
    regions = {contact.contact_id: contact.region for contact in contacts}
    source.matched += len(regions)
    if source.includes:
        _put_on(session, campaign, sources=sources, source=source, regions=regions)
    else:
        take_off(session, source, regions)


def settle_exclusions(session: Session, campaign: Campaign) -> dict[str, int]:
    """Drop what was kept off without being wanted, and forget addresses. Returns the rest by reason."""
    ours = Exclusion.campaign_id == campaign.id
    session.execute(delete(Exclusion).where(ours, Exclusion.wanted.is_(False)))
    lists = select(AudienceSource.id).where(AudienceSource.campaign_id == campaign.id)
    forgotten = update(AudienceEntry).where(
        AudienceEntry.source_id.in_(lists), AudienceEntry.email.is_not(None)
    )
    session.execute(forgotten.values(email=None))
    return excluded_by_reason(session, campaign.id)


def clear_snapshot(session: Session, campaign_id: UUID) -> None:
    """Forget what a start that failed has taken. Nothing builds on it before the launch."""
    for model in (Target, Exclusion):
        session.execute(delete(model).where(model.campaign_id == campaign_id))


def excluded_by_reason(session: Session, campaign_id: UUID) -> dict[str, int]:
    """How many contacts were left out, by reason; reasons without any are missing."""
    ours = select(Exclusion.reason, func.count()).where(
        Exclusion.campaign_id == campaign_id, Exclusion.wanted
    )
    return {reason: count for reason, count in session.execute(ours.group_by(Exclusion.reason))}


def _put_on(
    session: Session,
    campaign: Campaign,
    *,
    sources: Sequence[AudienceSource],
    source: AudienceSource,
    regions: dict[UUID, str],
) -> None:
    barred = _barred(session, campaign, sources=sources, contacts=list(regions))
    _exclude(session, [_exclusion(campaign.id, one, barrier) for one, barrier in barred.items()])
    rows: list[Row] = [
        {
            "id": new_id(),
            "campaign_id": campaign.id,
            "contact_id": contact_id,
            "region": region,
            "status": TARGETED,
            "status_at": campaign.started_at if campaign.launched_at is None else now(),
            "source": source.position,
            "product": source.product,
        }
        for contact_id, region in regions.items()
        if contact_id not in barred
    ]
    insert_targets(session, rows)


def take_off(session: Session, source: AudienceSource, contacts: Iterable[UUID]) -> None:
    """Keep contacts off the list for the sake of ``source``, those that are on it already too."""
    there = (Target.campaign_id == source.campaign_id, Target.contact_id.in_(list(contacts)))
    taken_off: CursorResult[Any] = session.connection().execute(
        delete(Target).where(*there).returning(Target.contact_id)
    )
    wanted = {row.contact_id for row in taken_off}
    barrier = _barrier(source)
    rows = [_exclusion(source.campaign_id, one, barrier, wanted=one in wanted) for one in contacts]
    _exclude(session, rows)


def _barred(
    session: Session, campaign: Campaign, *, sources: Sequence[AudienceSource], contacts: Sequence[UUID]
) -> dict[UUID, Barrier]:
    """What keeps each of ``contacts`` off the list, the first by position; others are missing."""
    barred: dict[UUID, Barrier] = {}
    against = [one for one in sources if not one.includes]
    if not against:
        return barred
    named = select(Exclusion.contact_id, Exclusion.position, Exclusion.source_id, Exclusion.reason).where(
        Exclusion.campaign_id == campaign.id, Exclusion.contact_id.in_(contacts)
    )
    for row in session.execute(named):
        barred[row.contact_id] = Barrier(row.position, row.source_id, row.reason)
    for source in against:
        for contact_id in _kept_off_by_rule(session, campaign, source, contacts):
            barred[contact_id] = min(_barrier(source), barred.get(contact_id, _barrier(source)))
    return barred


def _barrier(source: AudienceSource) -> Barrier:
    return Barrier(source.position, source.id, source.kind)


def _kept_off_by_rule(
    session: Session, campaign: Campaign, source: AudienceSource, contacts: Sequence[UUID]
) -> Iterable[UUID]:
    if source.kind == CAMPAIGN:
        theirs = select(Target.contact_id).where(Target.campaign_id == source.other_id)
        return session.scalars(theirs.where(Target.contact_id.in_(contacts)))
    if source.kind == RECENT:
        assert campaign.started_at is not None and source.days is not None
        since = campaign.started_at - timedelta(days=source.days)
        lately = select(WaveRecipient.contact_id).distinct()
        return session.scalars(
            lately.where(
                WaveRecipient.contact_id.in_(contacts),
                or_(WaveRecipient.outcome == "accepted", WaveRecipient.outcome == "uncertain"),
                WaveRecipient.outcome_at >= since,
            )
        )
    return ()


def _exclusion(campaign_id: UUID, contact_id: UUID, barrier: Barrier, *, wanted: bool = True) -> Row:
    return {"campaign_id": campaign_id, "contact_id": contact_id, "wanted": wanted, **barrier._asdict()}


def _exclude(session: Session, rows: Sequence[Row]) -> None:
    fresh = inserting(session, Exclusion)
    new = fresh.excluded
    sooner = new.position < Exclusion.position
    changes: dict[str, Any] = {
        name: case((sooner, new[name]), else_=getattr(Exclusion, name))
        for name in ("source_id", "position", "reason")
    }
    changes["wanted"] = or_(Exclusion.wanted, new.wanted)
    keys = ["campaign_id", "contact_id"]
    send(session, fresh.on_conflict_do_update(index_elements=keys, set_=changes), rows)
