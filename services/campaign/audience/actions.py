"""Saying what the audience of a draft is made of: segments, files, picked contacts, and who stays off it."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO
from uuid import UUID

from sqlalchemy import delete, func, insert, select

from chassis.database import Session
from chassis.errors import Invalid, NotFound
from chassis.logs import get_logger
from chassis.outbox import publish
from services.campaign.audience.files import ContactFile, Line
from services.campaign.audience.model import (
    CAMPAIGN,
    EXCLUDE,
    FILE,
    INCLUDE,
    LISTS,
    PICKED,
    RECENT,
    SEGMENT,
    WAVE,
    AudienceEntry,
    AudienceSource,
)
from services.campaign.bulk import Row
from services.campaign.planning.actions import require_draft
from services.campaign.planning.events import designed
from services.campaign.planning.model import Campaign
from services.campaign.planning.queries import audience_of

log = get_logger(__name__)

ROWS_AT_ONCE = 5000
MOST_SOURCES = 100
MOST_PICKED = 10_000


@dataclass(frozen=True, kw_only=True)
class Include:
    """A segment that puts its contacts on the list; they shall hear of ``product``, if one is named."""

    segment_id: UUID
    product: str = ""


@dataclass(frozen=True, kw_only=True)
class Rules:
    """An audience, lists apart. ``contacted_within_days``: whoever was contacted lately stays off."""

    segments: Sequence[Include] = ()
    excluded_segments: Sequence[UUID] = ()
    excluded_campaigns: Sequence[UUID] = ()
    contacted_within_days: int | None = None


def set_rules(session: Session, *, campaign: Campaign, rules: Rules) -> Campaign:
    """Replace all of a draft's audience but its lists. Raises Conflict for no draft, Invalid."""
    require_draft(campaign)
    _check(session, campaign, rules)
    kept = []
    for source in audience_of(session, campaign.id):
        if source.kind in (*LISTS, WAVE):
            kept.append(source)
        else:
            session.delete(source)
    session.flush()
    position = max((source.position for source in kept), default=0)
    for number, values in enumerate(_rows_of(rules), start=position + 1):
        session.add(AudienceSource(campaign_id=campaign.id, position=number, **values))
    publish(session, campaign, designed(campaign))
    return campaign


def upload_list(
    session: Session, *, campaign: Campaign, role: str, name: str, file: BinaryIO, product: str = ""
) -> AudienceSource:
    """Put the contacts of a CSV file on a draft's list, or keep them off it.

    Raises Conflict for no draft, Invalid for a file that cannot be read or names nobody.
    """
    require_draft(campaign)
    check_product(campaign, product, field="product")
    source = add_list(session, campaign, kind=FILE, role=role, product=product)
    read = ContactFile(file)
    digest = _keep_lines(session, source, read.lines())
    if not source.entries:
        raise Invalid({"body": [f"names no contact; {read.refused} lines were refused", *_told(read)]})
    source.name, source.rejected, source.digest = name, read.refused, digest
    log.info("list_uploaded", campaign_id=str(campaign.id), lines=source.entries, refused=read.refused)
    publish(session, campaign, designed(campaign))
    return source


def pick_contacts(
    session: Session, *, campaign: Campaign, role: str, contacts: Sequence[UUID], product: str = ""
) -> AudienceSource:
    """Put contacts on a draft's list by hand, or keep them off it, beside those picked before.

    Raises Conflict for no draft, Invalid where there are too many.
    """
    require_draft(campaign)
    check_product(campaign, product, field="product")
    before = _picked(session, campaign, role=role, product=product)
    source = before or add_list(session, campaign, kind=PICKED, role=role, product=product)
    ours = AudienceEntry.source_id == source.id
    there = {one for one in session.scalars(select(AudienceEntry.contact_id).where(ours)) if one is not None}
    fresh = [one for one in dict.fromkeys(contacts) if one not in there]
    if source.entries + len(fresh) > MOST_PICKED:
        raise Invalid({"contacts": [f"would be more than {MOST_PICKED} by hand; use a file"]})
    last = session.scalar(select(func.max(AudienceEntry.place)).where(ours)) or 0
    keep_contacts(session, source, fresh, before=there, after=last)
    publish(session, campaign, designed(campaign))
    return source


def keep_contacts(
    session: Session,
    source: AudienceSource,
    contacts: Iterable[UUID],
    *,
    before: Set[UUID] = frozenset(),
    after: int = 0,
) -> None:
    """Add picked contacts to a list that has those of ``before`` already, behind the place ``after``."""
    fresh = list(dict.fromkeys(contacts))
    _keep_lines(session, source, (Line(place, one, None) for place, one in enumerate(fresh, start=after + 1)))
    source.digest = hashlib.sha256(",".join(sorted(map(str, {*before, *fresh}))).encode()).hexdigest()


def drop_source(session: Session, *, campaign: Campaign, source_id: UUID) -> None:
    """Take a source out of a draft's audience. Raises Conflict for no draft, NotFound."""
    require_draft(campaign)
    source = session.get(AudienceSource, source_id)
    if source is None or source.campaign_id != campaign.id:
        raise NotFound("audience source", source_id)
    session.execute(delete(AudienceEntry).where(AudienceEntry.source_id == source_id))
    session.delete(source)
    publish(session, campaign, designed(campaign))


def _rows_of(rules: Rules) -> Iterator[Row]:
    for one in rules.segments:
        yield {"role": INCLUDE, "kind": SEGMENT, "segment_id": one.segment_id, "product": one.product}
    for segment_id in rules.excluded_segments:
        yield {"role": EXCLUDE, "kind": SEGMENT, "segment_id": segment_id}
    for campaign_id in rules.excluded_campaigns:
        yield {"role": EXCLUDE, "kind": CAMPAIGN, "other_id": campaign_id}
    if rules.contacted_within_days is not None:
        yield {"role": EXCLUDE, "kind": RECENT, "days": rules.contacted_within_days}


def _check(session: Session, campaign: Campaign, rules: Rules) -> None:
    problems: dict[str, list[str]] = {}
    named = [one.segment_id for one in rules.segments] + list(rules.excluded_segments)
    if len(named) != len(set(named)):
        problems["segments"] = ["name a segment more than once"]
    for place, one in enumerate(rules.segments):
        if one.product and one.product not in campaign.products:
            problems[f"segments.{place}.product"] = ["is not a product of this campaign"]
    for place, other_id in enumerate(rules.excluded_campaigns):
        other = session.get(Campaign, other_id)
        if other is None or other.department != campaign.department or other.id == campaign.id:
            problems[f"without.campaigns.{place}"] = ["is not another campaign of the department"]
    if len(list(_rows_of(rules))) > MOST_SOURCES:
        problems["segments"] = [f"are too many; an audience has at most {MOST_SOURCES} sources"]
    if problems:
        raise Invalid(problems)


def check_product(campaign: Campaign, product: str, *, field: str) -> None:
    """Raises Invalid for a product that the campaign does not promote."""
    if product and product not in campaign.products:
        raise Invalid({field: ["is not a product of this campaign"]})


def add_list(session: Session, campaign: Campaign, *, kind: str, role: str, product: str) -> AudienceSource:
    """A list without lines, behind all other sources. Raises Invalid where those are too many."""
    others = audience_of(session, campaign.id)
    if len(others) >= MOST_SOURCES:
        raise Invalid(f"An audience has at most {MOST_SOURCES} sources")
    position = max((one.position for one in others), default=0) + 1
    source = AudienceSource(campaign_id=campaign.id, position=position, role=role, kind=kind, product=product)
    session.add(source)
    session.flush()
    return source


def _picked(session: Session, campaign: Campaign, *, role: str, product: str) -> AudienceSource | None:
    others = audience_of(session, campaign.id)
    same = (one for one in others if (one.kind, one.role, one.product) == (PICKED, role, product))
    return next(same, None)


def _keep_lines(session: Session, source: AudienceSource, lines: Iterable[Line]) -> str:
    """Add lines to a list, many at a time. Returns the digest of their keys in order."""
    digest, rest = hashlib.sha256(), iter(lines)
    while some := list(islice(rest, ROWS_AT_ONCE)):
        digest.update("".join(f"{line.key}\n" for line in some).encode())
        rows = [
            {
                "source_id": source.id,
                "place": line.place,
                "contact_id": line.contact_id,
                "email": line.email,
                "region": "",
            }
            for line in some
        ]
        session.execute(insert(AudienceEntry), rows)
        source.entries += len(rows)
    return digest.hexdigest()


def _told(read: ContactFile) -> list[str]:
    return [f"line {place} {reason}" for place, reason in read.refusals[:5]]
