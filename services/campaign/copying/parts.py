"""Copies the parts of a plan into another campaign, with their dates moved.

Each function writes one part of ``Copied.copy``, which is stored already.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Uuid, insert, select
from sqlalchemy import literal as value

from chassis.database import Session
from chassis.ids import new_id
from contracts.campaign import Schedule
from services.campaign.audience.model import EXCLUDE, LISTS, WAVE, AudienceEntry, AudienceSource
from services.campaign.planning.model import Campaign
from services.campaign.planning.queries import audience_of, waves_in_order
from services.campaign.procurement.model import PlannedPurchase
from services.campaign.procurement.queries import purchases_of
from services.campaign.staffing.model import Participant, Partner
from services.campaign.staffing.queries import participants_of, partners_of
from services.campaign.waves.model import Wave

OF_WAVES = (
    *("number", "channel", "template_id", "action", "trial_row", "answer_classes", "silent_days"),
    *("score_at_least", "score_below", "release", "wait_days", "template_campaign_id", "template_hash"),
    *("child", "unit_cost"),
)
OF_PURCHASES = ("kind", "description", "quantity", "unit_price", "amount", "supplier")
OF_SOURCES = (
    *("role", "kind", "segment_id", "other_id", "days", "name", "product", "entries", "rejected"),
    "digest",
)


@dataclass(frozen=True, kw_only=True)
class Copied:
    """A campaign, its copy, by how much dates move, and which budget line became which."""

    source: Campaign
    copy: Campaign
    shift: timedelta
    lines: dict[UUID, UUID] = field(default_factory=dict)


PartCopier = Callable[[Session, Copied], None]


def copy_staff(session: Session, copied: Copied) -> None:
    """The same people and partner companies."""
    campaign_id = copied.copy.id
    for one in participants_of(session, copied.source.id):
        said = {"person": one.person, "duty": one.duty, "note": one.note}
        session.add(Participant(campaign_id=campaign_id, share_percent=one.share_percent, **said))
    for company in partners_of(session, copied.source.id):
        given = {"name": company.name, "duty": company.duty, "contact": company.contact}
        session.add(Partner(campaign_id=campaign_id, contribution=company.contribution, **given))


def copy_purchases(session: Session, copied: Copied) -> None:
    """The same purchases from the copies of their lines; one whose line is gone is left out."""
    for one in purchases_of(session, copied.source.id):
        line_id = copied.lines.get(one.line_id)
        if line_id is None:
            continue
        values: dict[str, Any] = {name: getattr(one, name) for name in OF_PURCHASES}
        values["needed_on"] = moved(one.needed_on, copied.shift)
        session.add(PlannedPurchase(id=new_id(), campaign_id=copied.copy.id, line_id=line_id, **values))


def copy_waves(session: Session, copied: Copied) -> None:
    """The same waves, none of them released."""
    copies: dict[UUID | None, UUID] = {}
    for wave in waves_in_order(session, copied.source.id):
        values = {name: getattr(wave, name) for name in OF_WAVES}
        values["budget_line_id"] = copied.lines.get(wave.budget_line_id) if wave.budget_line_id else None
        values["schedule_row"] = _moved_schedule(wave.schedule, copied.shift)
        copy = Wave(campaign_id=copied.copy.id, after_id=copies.get(wave.after_id), **values)
        copies[wave.id] = copy.id
        session.add(copy)
        session.flush()


def copy_audience(session: Session, copied: Copied) -> None:
    """The same sources. Lists of a campaign that was launched are left out: addresses are forgotten then.

    What a wave had picked belongs to that wave alone.
    """
    for source in audience_of(session, copied.source.id):
        gone = source.kind == WAVE or (source.kind in LISTS and copied.source.launched_at is not None)
        if gone or source.position == 0:
            continue
        values = {name: getattr(source, name) for name in OF_SOURCES}
        copy = AudienceSource(campaign_id=copied.copy.id, position=source.position, **values)
        session.add(copy)
        if source.kind in LISTS:
            session.flush()
            _copy_entries(session, source.id, copy.id)


def copy_exclusions(session: Session, copied: Copied) -> None:
    """Only what keeps contacts off by rule."""
    against = [one for one in audience_of(session, copied.source.id) if one.role == EXCLUDE]
    for position, one in enumerate(against, start=1):
        rule = {"kind": one.kind, "segment_id": one.segment_id, "other_id": one.other_id, "days": one.days}
        session.add(AudienceSource(campaign_id=copied.copy.id, position=position, role=EXCLUDE, **rule))


def moved(day: date | None, shift: timedelta) -> date | None:
    """``day`` moved by ``shift``; None stays None."""
    return None if day is None else day + shift


def _moved_schedule(schedule: Schedule | None, shift: timedelta) -> dict[str, Any] | None:
    if schedule is None:
        return None
    local = schedule.local_time
    if local:
        local = (datetime.fromisoformat(local) + shift).isoformat(timespec="minutes")
    changed = msgspec.structs.replace(
        schedule,
        not_before=schedule.not_before + shift if schedule.not_before else None,
        expires_at=schedule.expires_at + shift if schedule.expires_at else None,
        local_time=local,
    )
    written: dict[str, Any] = msgspec.to_builtins(changed)
    return written


def _copy_entries(session: Session, source_id: UUID, copy_id: UUID) -> None:
    columns = [AudienceEntry.place, AudienceEntry.contact_id, AudienceEntry.email, AudienceEntry.region]
    lines = select(value(copy_id, Uuid), *columns).where(AudienceEntry.source_id == source_id)
    names = ["source_id", "place", "contact_id", "email", "region"]
    session.connection().execute(insert(AudienceEntry).from_select(names, lines))
