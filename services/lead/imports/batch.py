"""Saves the groups of a batch with a handful of set-based statements, whatever its size.

Known contacts are locked in the order of their ids and changed, new ones are inserted in the order of their
keys; one that somebody else creates at the same moment is found by its key and changed instead. What was
there before is kept in the same transaction, so that the import can be undone.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from contracts.lead import ContactCard
from services.lead.customers.model import Carded, Customer, card_of, present
from services.lead.imports.blocks import Near
from services.lead.imports.bulk import insert_new, insert_rows, is_postgresql, one_of, update_rows
from services.lead.imports.matching import Group, find_known, united
from services.lead.imports.merging import CONTACTS, KNOWN, SAID, changed_contact, image, new_contact, news_of
from services.lead.imports.model import Import, ImportChange, Mode
from services.lead.imports.modes import Sorted, explains, least_score, sort_out
from services.lead.imports.permissions import Held, held_by, save_consents, says_more

_changes = cast(Table, ImportChange.__table__)
_customers = cast(Table, Customer.__table__)
_KNOWN = [CONTACTS.c[name] for name in KNOWN]


@dataclass
class Saved:
    """What became of a batch: counts of rows, and the refused lines with their reasons."""

    created: int = 0
    updated: int = 0
    cards: list[ContactCard] = field(default_factory=list)
    refused: dict[int, str] = field(default_factory=dict)
    asked: list[Group] = field(default_factory=list)
    name_keys: set[str] = field(default_factory=set)
    """What contacts that were written have, or had before, for a name key."""


@dataclass
class _Written:
    """A contact that was saved: its row, the group that it came from, what it was before, what changed."""

    row: dict[str, Any]
    group: Group
    was: dict[str, Any] | None
    changed: list[str] = field(default_factory=list)
    news: bool = True

    @property
    def has_moved(self) -> bool:
        """Whether it is found by another key than before."""
        return self.was is not None and self.row["match_key"] != self.was["match_key"]


class _Columns:
    """A row with its columns as attributes, the row itself and no copy."""

    def __init__(self, row: dict[str, Any]) -> None:
        self.__dict__ = row


def save_groups(
    session: Session,
    import_: Import,
    pending: Sequence[Group],
    *,
    mode: Mode,
    at: datetime,
    known: bool = False,
    near: Near | None = None,
) -> Saved:
    """Create and change the contacts that ``pending`` groups are about, as ``mode`` says.

    ``known`` says that they know already who they are. What is ``near`` is not looked up again.
    """
    saved, written = Saved(), list[_Written]()
    before: dict[UUID, dict[str, Held]] = {}
    while pending:
        least, told = least_score(mode), explains(mode)
        if known:
            found = united(pending)
        else:
            found = find_known(session, import_.department, pending, least=least, near=near, explain=told)
        known, near = False, None
        sorted_ = sort_out(found, mode)
        saved.refused.update(sorted_.refused)
        saved.asked += sorted_.ask
        customers = customers_of(session, import_.department, sorted_)
        changed, gone = _change(session, sorted_.update, customers, saved, before=before, at=at)
        created, met = _create(session, import_, sorted_.create, customers, at=at)
        written += [*changed, *created]
        pending = [*gone, *met]
    news = [one for one in written if one.news]
    given = [(one.row["id"], one.group.draft) for one in news]
    held = save_consents(session, import_, given, before=before, at=at)
    _keep_images(session, import_, news)
    saved.name_keys = {one.row["name_key"] for one in news}
    saved.name_keys.update(one.was["name_key"] for one in news if one.was)
    saved.name_keys.discard(None)
    saved.created = sum(one.was is None for one in written)
    saved.updated = sum(len(one.group.lines) for one in written) - saved.created
    saved.cards = [
        card_of(cast(Carded, _Columns(one.row)), held.get(one.row["id"], {}).items()) for one in news
    ]
    return saved


def _change(
    session: Session,
    groups: Sequence[Group],
    customers: dict[str, UUID],
    saved: Saved,
    *,
    before: dict[UUID, dict[str, Held]],
    at: datetime,
) -> tuple[list[_Written], list[Group]]:
    """(known contacts, groups whose contact is gone meanwhile). Their consents go into ``before``.

    Of whom the rows say nothing new is not written: there is nothing to tell, and nothing to undo.
    """
    if not groups:
        return [], []
    by_id = {group.contact_id: group for group in groups}
    locked = select(*_KNOWN).where(one_of(session, CONTACTS.c.id, by_id), present()).order_by(CONTACTS.c.id)
    rows = session.execute(locked.with_for_update(key_share=True)).all()
    found = [dict(zip(KNOWN, row, strict=True)) for row in rows]
    before |= held_by(session, [known["id"] for known in found])
    written = []
    for known in found:
        group = by_id.pop(known["id"])
        customer_id = customers.get(group.draft.company.casefold())
        row = changed_contact(known, group, customer_id=customer_id, at=at)
        changed = news_of(row, known)
        news = bool(changed) or says_more(group.draft, before.get(known["id"], {}))
        written.append(_Written(row, group, known, changed, news))
    written = _without_clashes(session, written, saved)
    _update(session, [one for one in written if one.news])
    gone = list(by_id.values())
    for group in gone:
        group.contact_id = None
    return written, gone


def _update(session: Session, written: Sequence[_Written]) -> None:
    """Write the columns that are another in any of the rows."""
    changed = {name for one in written for name in one.changed}
    names = ("id", "revision", "changed_at", *(name for name in KNOWN if name in changed))
    update_rows(session, CONTACTS, [{name: one.row[name] for name in names} for one in written])


def _without_clashes(session: Session, written: list[_Written], saved: Saved) -> list[_Written]:
    """Refuses rows that would make a contact the same as another one."""
    moved = [one for one in written if one.has_moved]
    if not moved:
        return written
    department = moved[0].row["department"]
    taken = select(CONTACTS.c.match_key, CONTACTS.c.id).where(CONTACTS.c.department == department)
    taken = taken.where(one_of(session, CONTACTS.c.match_key, (one.row["match_key"] for one in moved)))
    holders = {key: holder for key, holder in session.execute(taken)}
    good = []
    for one in written:
        key, contact_id = one.row["match_key"], one.row["id"]
        if not one.has_moved or holders.setdefault(key, contact_id) == contact_id:
            good.append(one)
        else:
            reason = f"contact {contact_id} would become the same as contact {holders[key]}"
            saved.refused.update(dict.fromkeys(one.group.lines, reason))
    return good


def _create(
    session: Session, import_: Import, groups: Sequence[Group], customers: dict[str, UUID], *, at: datetime
) -> tuple[list[_Written], list[Group]]:
    """(new contacts, groups whose contact somebody else has just created)."""
    written = []
    # One order for everybody: two imports that meet the same contacts do not deadlock.
    for group in sorted(groups, key=lambda one: one.draft.key):
        customer_id = customers.get(group.draft.company.casefold())
        written.append(
            _Written(new_contact(group.draft, import_, customer_id=customer_id, at=at), group, None)
        )
    new = insert_new(session, CONTACTS, [one.row for one in written], clash=("department", "match_key"))
    created = [one for one in written if one.row["id"] in new]
    return created, [one.group for one in written if one.row["id"] not in new]


def customers_of(session: Session, department: str, found: Sorted) -> dict[str, UUID]:
    """The customers that the companies named in a batch are, by folded name."""
    groups = (*found.create, *found.update)
    names = {group.draft.company.casefold() for group in groups if group.draft.company}
    if not names:
        return {}
    known = select(_customers.c.name_key, _customers.c.id).order_by(_customers.c.id.desc())
    known = known.where(_customers.c.department == department, _customers.c.merged_into.is_(None))
    known = known.where(one_of(session, _customers.c.name_key, sorted(names)))
    return {row.name_key: row.id for row in session.execute(known)}


def _keep_images(session: Session, import_: Import, written: Sequence[_Written]) -> None:
    """What undoes the changes: of each contact the columns that changed, as they were first."""
    created = [
        {"import_id": import_.id, "contact_id": one.row["id"], "revision": one.row["revision"], "was": None}
        for one in written
        if one.was is None
    ]
    insert_rows(session, _changes, created)
    # PostgreSQL adds to what is kept of an earlier change; SQLite cannot, and keeps all columns at once.
    whole = not is_postgresql(session)
    rows: dict[UUID, dict[str, Any]] = {}
    for one in written:
        if one.was is not None:
            contact_id, was = one.row["id"], image(one.was, SAID if whole else one.changed)
            earlier = rows.get(contact_id, {"was": {}})
            common = {"import_id": import_.id, "contact_id": contact_id, "revision": one.row["revision"]}
            rows[contact_id] = {**common, "was": was | earlier["was"]}
    place = ("import_id", "contact_id")
    filled = () if whole else ("was",)
    insert_rows(session, _changes, list(rows.values()), clash=place, renewed=("revision",), filled=filled)
