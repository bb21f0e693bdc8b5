"""Takes an import back, batch by batch: contacts, their consent, and what it created.

What somebody has changed or built on since is left alone, with the reason. The columns become what they
were, byte for byte; only the revision grows, so that the other services take it for news. A contact that goes
is told of one last time, as a card with nothing on it. Proofs of consent stay: mail may rest on them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, delete, select, update
from sqlalchemy.orm import Session

from contracts.lead import ContactCard
from services.lead.base import Base
from services.lead.customers.model import CHANNELS, Carded, Consent, card_of
from services.lead.imports.bulk import insert_rows, one_of, update_rows
from services.lead.imports.merging import CONTACTS, from_image
from services.lead.imports.model import ConsentChange, Import, ImportChange

OWN_TABLES = (
    *("contacts", "consents", "consent_proofs"),
    *("import_changes", "import_consents", "import_questions", "import_planned_rows"),
)
"""What says nothing of a contact's use; a row of any other table that points to one keeps it."""

_consents = cast(Table, Consent.__table__)
_changes = cast(Table, ImportChange.__table__)
_consent_changes = cast(Table, ConsentChange.__table__)

_CONSENT = ("contact_id", "channel", "granted", "source", "changed_at")


@dataclass
class TakenBack:
    """What became of a batch of changes; ``kept`` are contacts with the reason."""

    restored: list[dict[str, Any]] = field(default_factory=list)
    removed: list[dict[str, Any]] = field(default_factory=list)
    kept: dict[UUID, str] = field(default_factory=dict)
    last: UUID | None = None


def take_back(session: Session, import_: Import, *, count: int) -> tuple[TakenBack, list[ContactCard]]:
    """Undo the next ``count`` changes, with the cards to tell of them. Without any left ``last`` is None."""
    changes = select(ImportChange).where(ImportChange.import_id == import_.id)
    if import_.undo_after is not None:
        changes = changes.where(ImportChange.contact_id > import_.undo_after)
    page = list(session.scalars(changes.order_by(ImportChange.contact_id).limit(count)))
    if not page:
        return TakenBack(), []
    found = _judge(session, page)
    found.last = page[-1].contact_id
    update_rows(session, CONTACTS, found.restored)
    _restore_consents(session, import_, found)
    _remove(session, [row["id"] for row in found.removed])
    for contact_id, reason in found.kept.items():
        mark = update(_changes).where(_changes.c.import_id == import_.id, _changes.c.contact_id == contact_id)
        session.execute(mark.values(kept=reason))
    return found, _cards(session, found)


def _judge(session: Session, page: Sequence[ImportChange]) -> TakenBack:
    ids = [change.contact_id for change in page]
    locked = select(CONTACTS).where(one_of(session, CONTACTS.c.id, ids)).order_by(CONTACTS.c.id)
    here = {row.id: dict(row._mapping) for row in session.execute(locked.with_for_update())}
    used = _used(session, [change.contact_id for change in page if change.was is None])
    found = TakenBack()
    for change in page:
        contact_id, row = change.contact_id, here.get(change.contact_id)
        if row is None:
            found.kept[contact_id] = "the contact is gone"
        elif row["revision"] != change.revision:
            found.kept[contact_id] = (
                f"changed since: at revision {row['revision']}, left at {change.revision}"
            )
        elif change.was is None and contact_id in used:
            found.kept[contact_id] = f"in use since: {used[contact_id]}"
        elif change.was is None:
            found.removed.append(row)
        else:
            found.restored.append({**row, **from_image(change.was), "revision": row["revision"] + 1})
    _keep_taken(session, found, here)
    return found


def _keep_taken(session: Session, found: TakenBack, here: Mapping[UUID, dict[str, Any]]) -> None:
    """A contact whose old identity somebody else has taken on stays as it is."""
    moved = {
        row["match_key"]: row for row in found.restored if row["match_key"] != here[row["id"]]["match_key"]
    }
    wanted = [key for key in moved if key is not None]
    if not wanted:
        return
    department = next(iter(moved.values()))["department"]
    taken = select(CONTACTS.c.match_key, CONTACTS.c.id).where(CONTACTS.c.match_key.in_(wanted))
    for key, holder in session.execute(taken.where(CONTACTS.c.department == department)):
        row = moved[key]
        found.restored.remove(row)
        found.kept[row["id"]] = f"contact {holder} has become the same meanwhile"


def _used(session: Session, ids: Sequence[UUID]) -> dict[UUID, str]:
    """Which of the contacts other rows refer to, by the table."""
    if not ids:
        return {}
    used: dict[UUID, str] = {}
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            points = column.name == "contact_id" or any(
                key.column.table is CONTACTS for key in column.foreign_keys
            )
            if points and table.name not in OWN_TABLES:
                theirs = select(column).where(one_of(session, column, ids))
                used.update(dict.fromkeys(session.scalars(theirs), table.name))
    return used


def _restore_consents(session: Session, import_: Import, found: TakenBack) -> None:
    ids = [row["id"] for row in found.restored]
    if not ids:
        return
    mine = _consent_changes.c.import_id == import_.id, one_of(session, _consent_changes.c.contact_id, ids)
    before = session.execute(select(_consent_changes).where(*mine)).all()
    for channel in CHANNELS:
        new = [row.contact_id for row in before if row.channel == channel and row.granted is None]
        if new:
            theirs = one_of(session, _consents.c.contact_id, new)
            session.execute(delete(_consents).where(theirs, _consents.c.channel == channel))
    kept = [row for row in before if row.granted is not None]
    insert_rows(
        session,
        _consents,
        [{name: row._mapping[name] for name in _CONSENT} for row in kept],
        clash=("contact_id", "channel"),
        renewed=("granted", "source", "changed_at"),
    )


def _remove(session: Session, ids: Sequence[UUID]) -> None:
    if ids:
        session.execute(delete(_consents).where(one_of(session, _consents.c.contact_id, ids)))
        session.execute(delete(CONTACTS).where(one_of(session, CONTACTS.c.id, ids)))


def _cards(session: Session, found: TakenBack) -> list[ContactCard]:
    ids = [row["id"] for row in found.restored]
    held: dict[UUID, list[tuple[str, bool]]] = {}
    if ids:
        theirs = select(_consents.c.contact_id, _consents.c.channel, _consents.c.granted)
        mine = one_of(session, _consents.c.contact_id, ids)
        for contact_id, channel, granted in session.execute(theirs.where(mine)):
            held.setdefault(contact_id, []).append((channel, granted))
    cards = [card_of(cast(Carded, SimpleNamespace(**row)), held.get(row["id"], ())) for row in found.restored]
    gone = [
        ContactCard(
            contact_id=row["id"], version=row["revision"] + 1, department=row["department"], consents=[]
        )
        for row in found.removed
    ]
    return [*cards, *gone]
