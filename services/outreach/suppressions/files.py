"""Suppressions from a file, and into one.

A file names contacts by id or by address. An address of nobody we know is kept, and stops whoever
comes with it later.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, BinaryIO
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite

from chassis.audit import enter_new
from chassis.auth import Actor
from chassis.clock import now
from chassis.database import Session
from chassis.errors import Invalid
from chassis.logs import get_logger
from chassis.outbox import publish
from chassis.sheets import as_written
from contracts.outreach import SuppressionAdded
from services.outreach.contacts.model import ContactPoint, contact_points
from services.outreach.suppressions.model import (
    CHANNELS,
    COLUMNS,
    SuppressedAddress,
    Suppression,
    normal,
    suppressions,
)

log = get_logger(__name__)

HEADER = ("contact_id", "address", "channel", "reason", "note", "added_by", "added_at")
MOST_LINES = 100_000
MOST_FAULTS = 1000
CHUNK = 500


@dataclass
class Taken:
    """What became of a file: ``lines`` = added + known + kept + refused. ``faults`` are (line, reason)."""

    lines: int = 0
    added: int = 0
    known: int = 0
    kept: int = 0
    refused: int = 0
    faults: list[dict[str, Any]] = field(default_factory=list)

    def refuse(self, line: int, reason: str) -> None:
        """One more line that was not understood."""
        self.refused += 1
        if len(self.faults) < MOST_FAULTS:
            self.faults.append({"line": line, "reason": reason})


@dataclass(frozen=True)
class Wish:
    """One line that was understood: a contact, or an address."""

    line: int
    channel: str
    contact_id: UUID | None
    address: str
    note: str


def take_file(session: Session, actor: Actor, stream: BinaryIO, *, channel: str, department: str) -> Taken:
    """Suppress whom the lines of a CSV file name; ``channel`` is for lines that name none.

    A line names a ``contact_id``, or an ``address`` (or ``email``, or ``phone``). Lines that are not
    understood are refused one by one. Raises Invalid for a file that cannot be read at all, Forbidden
    for a foreign department.
    """
    actor.require_department(department)
    taken = Taken()
    wishes = _wishes(_rows(stream), taken, channel=channel)
    while chunk := list(islice(wishes, CHUNK)):
        _take(session, actor, chunk, taken, department=department)
    log.info(
        "suppressions_imported",
        lines=taken.lines,
        added=taken.added,
        known=taken.known,
        kept=taken.kept,
        refused=taken.refused,
    )
    return taken


def rows_of(session: Session, actor: Actor, *, channel: str | None) -> Iterator[Sequence[object]]:
    """The suppressions that the actor may see, as HEADER; the addresses of nobody we know come last."""
    known = (
        select(Suppression, ContactPoint)
        .outerjoin(ContactPoint, ContactPoint.id == Suppression.contact_id)
        .where(actor.scope(Suppression.department))
    )
    waiting = select(SuppressedAddress).where(actor.scope(SuppressedAddress.department))
    if channel is not None:
        known = known.where(Suppression.channel == channel)
        waiting = waiting.where(SuppressedAddress.channel == channel)
    for one, contact in session.execute(known.order_by(Suppression.id).execution_options(yield_per=CHUNK)):
        column = COLUMNS.get(one.channel)
        address = getattr(contact, column) if contact is not None and column else ""
        yield (
            one.contact_id,
            address,
            one.channel,
            one.reason,
            one.note,
            one.added_by,
            one.added_at.isoformat(),
        )
    for left in session.scalars(waiting.order_by(SuppressedAddress.address)):
        at = left.added_at.isoformat()
        yield "", left.address, left.channel, "imported", left.note, left.added_by, at


def _rows(stream: BinaryIO) -> Iterator[tuple[int, Mapping[str, str]]]:
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
    try:
        reader = csv.DictReader(text, strict=True)
        names = {(name or "").strip().lower() for name in reader.fieldnames or ()}
        if not names & {"contact_id", "address", "email", "phone"}:
            raise Invalid("The first line must name a column contact_id, address, email or phone")
        for row in reader:
            if reader.line_num > MOST_LINES:
                raise Invalid(f"The file has more than {MOST_LINES} lines; send it in parts")
            yield (
                reader.line_num,
                {
                    name.strip().lower(): as_written(cell.strip())
                    for name, cell in row.items()
                    if isinstance(name, str) and isinstance(cell, str)
                },
            )
    except UnicodeDecodeError as error:
        raise Invalid("The file is not in UTF-8") from error
    except csv.Error as error:
        raise Invalid(f"The file is not CSV: {error}") from error


def _wishes(rows: Iterator[tuple[int, Mapping[str, str]]], taken: Taken, *, channel: str) -> Iterator[Wish]:
    for line, row in rows:
        taken.lines += 1
        asked = row.get("channel") or channel
        if asked not in CHANNELS:
            taken.refuse(line, f"channel: there is no channel {asked!r}")
            continue
        try:
            contact_id = UUID(row["contact_id"]) if row.get("contact_id") else None
        except ValueError:
            taken.refuse(line, "contact_id: is not an id")
            continue
        given = row.get("address") or row.get("email") or row.get("phone") or ""
        address = normal(asked, given)
        if contact_id is None and (not address or asked not in COLUMNS):
            taken.refuse(line, f"address: {given!r} is not an address of channel {asked}")
            continue
        yield Wish(line, asked, contact_id, address, row.get("note", "")[:2000].replace("\0", ""))


def _take(session: Session, actor: Actor, wishes: Sequence[Wish], taken: Taken, *, department: str) -> None:
    found = _contacts_of(session, actor, wishes, department=department)
    given = {"department": department, "added_by": actor.subject, "added_at": now()}
    rows = {
        (contact_id, wish.channel): Suppression(
            contact_id=contact_id,
            channel=wish.channel,
            reason="imported",
            note=wish.note,
            version=1,
            **given,
        )
        for wish in wishes
        for contact_id in found.get(wish, ())
    }
    fresh = {(new.contact_id, new.channel) for new in insert_new(session, list(rows.values()))}
    _keep(session, [wish for wish in wishes if wish.contact_id is None and wish not in found], given)
    for wish in wishes:
        own = {(contact_id, wish.channel) for contact_id in found.get(wish, ())}
        if own & fresh:
            taken.added += 1
            fresh -= own
        elif own:
            taken.known += 1
        elif wish.contact_id is None:
            taken.kept += 1
        else:
            taken.refuse(wish.line, "contact_id: there is no such contact")


def insert_new(session: Session, rows: Sequence[Suppression]) -> list[Suppression]:
    """Insert suppressions that do not stand yet, audited, and publish each. Returns those that were new."""
    if not rows:
        return []
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    values = [{column.name: getattr(row, column.name) for column in suppressions.columns} for row in rows]
    fresh = set(
        session.connection()
        .execute(
            dialect.insert(suppressions)
            .values(values)
            .on_conflict_do_nothing(index_elements=["contact_id", "channel"])
            .returning(suppressions.c.id)
        )
        .scalars()
    )
    new = [row for row in rows if row.id in fresh]
    for row in new:
        row.version = 0
        publish(
            session,
            row,
            SuppressionAdded(
                suppression_id=row.id,
                contact_id=row.contact_id,
                channel=row.channel,
                reason="imported",
                added_at=row.added_at,
            ),
        )
        enter_new(session, row)
    return new


def _keep(session: Session, wishes: Sequence[Wish], given: dict[str, Any]) -> None:
    rows = {
        (wish.channel, wish.address): {
            "channel": wish.channel,
            "address": wish.address,
            "note": wish.note,
            **given,
        }
        for wish in wishes
    }
    if rows:
        dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
        statement = dialect.insert(SuppressedAddress.__table__).on_conflict_do_nothing()
        session.connection().execute(statement, list(rows.values()))


def _contacts_of(
    session: Session, actor: Actor, wishes: Sequence[Wish], *, department: str
) -> dict[Wish, list[UUID]]:
    """The contacts that each wish means: by id, or everyone in the department with the address."""
    found: dict[Wish, list[UUID]] = {}
    ids = [wish.contact_id for wish in wishes if wish.contact_id is not None]
    ours = select(contact_points.c.id).where(
        contact_points.c.id.in_(ids), actor.scope(contact_points.c.department)
    )
    known = set(session.scalars(ours)) if ids else set()
    for channel, name in COLUMNS.items():
        addressed = [wish for wish in wishes if wish.contact_id is None and wish.channel == channel]
        if not addressed:
            continue
        column = func.lower(contact_points.c[name])
        same = select(contact_points.c.id, column).where(
            contact_points.c.department == department, column.in_({wish.address for wish in addressed})
        )
        by_address: dict[str, list[UUID]] = {}
        for contact_id, address in session.execute(same):
            by_address.setdefault(address, []).append(contact_id)
        found |= {wish: by_address[wish.address] for wish in addressed if wish.address in by_address}
    found |= {wish: [wish.contact_id] for wish in wishes if wish.contact_id in known and wish.contact_id}
    return found
