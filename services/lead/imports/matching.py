"""Which rows of a batch mean the same contact, in the file and in the store.

Candidates are found by blocking keys, each with an index of its own, so that the work grows with the rows of
the batch and not with the contacts of the department.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Table, and_, select
from sqlalchemy.orm import Session

from services.lead.customers.family import survivors_of
from services.lead.customers.model import Contact, present
from services.lead.imports.blocks import COMPARED, MOST_IN_A_BLOCK, Near, same_block
from services.lead.imports.bulk import one_of
from services.lead.imports.duplicates import SAME, Likeness, compare
from services.lead.imports.rows import Draft

MOST_CANDIDATES = 5

CONFLICT = "the email address is that of contact {}, the external id that of contact {}"

_SURE = Likeness(1.0)

_contacts = cast(Table, Contact.__table__)


@dataclass(eq=False)
class Group:
    """The rows of a batch about one contact: what they say together, and who it is in the store."""

    draft: Draft
    repeats: list[int] = field(default_factory=list)
    contact_id: UUID | None = None
    exact: bool = False
    likeness: Likeness | None = None
    candidates: list[tuple[Row[Any], Likeness]] = field(default_factory=list)
    conflict: str = ""

    @property
    def lines(self) -> list[int]:
        return [self.draft.line, *self.repeats]

    def add(self, draft: Draft, *, exact: bool, merge: bool) -> None:
        """Take in another row about the same contact."""
        self.repeats.append(draft.line)
        if merge:
            self.draft.absorb(draft, exact=exact)

    def match(self, found: Row[Any], likeness: Likeness, *, exact: bool) -> None:
        self.contact_id, self.likeness, self.exact = found.id, likeness, exact


def gather(drafts: Iterable[Draft], *, merge: bool = True) -> list[Group]:
    """The groups of ``drafts`` in their order. Without ``merge`` only the first row of each speaks."""
    groups: list[Group] = []
    blocks: dict[tuple[str, str], list[Group]] = {}
    for draft in drafts:
        keys = [("key", draft.key), *draft.blocks()]
        same, exact = _same_as(draft, keys, blocks)
        if same is None:
            same = Group(draft)
            groups.append(same)
        else:
            same.add(draft, exact=exact, merge=merge)
        for key in keys:
            members = blocks.setdefault(key, [])
            if same not in members and len(members) < MOST_IN_A_BLOCK:
                members.append(same)
    return groups


def _same_as(
    draft: Draft, keys: Sequence[tuple[str, str]], blocks: Mapping[tuple[str, str], list[Group]]
) -> tuple[Group | None, bool]:
    for key in keys:
        for group in blocks.get(key, ()):
            if key[0] in ("key", "external_id"):
                return group, True
            if compare(draft, group.draft, least=SAME).score >= SAME:
                return group, False
    return None, False


def find_known(
    session: Session,
    department: str,
    groups: Sequence[Group],
    *,
    least: float = SAME,
    near: Near | None = None,
    explain: bool = True,
) -> list[Group]:
    """Find out who the groups are in the store. Those that turn out to be one contact become one group.

    Candidates below the score ``least`` are of no interest. What is ``near`` is not looked up again. Of those
    found by their key the fields that agree are told only to ``explain``.
    """
    here = and_(_contacts.c.department == department, present())
    keys = _among(session, here, _contacts.c.match_key, (group.draft.key for group in groups))
    ids = _among(session, here, _contacts.c.external_id, (group.draft.external_id for group in groups))
    for group in groups:
        by_key, by_id = keys.get(group.draft.key, ()), ids.get(group.draft.external_id or "", ())
        _match_exactly(group, by_key, by_id, explain=explain)
    _match_merged(session, department, [group for group in groups if not group.candidates])
    open_ones = [group for group in groups if group.contact_id is None and not group.conflict]
    phones = _among(session, here, _contacts.c.phone, (group.draft.phone for group in open_ones))
    sought = near.sought if near else frozenset[str]()
    rest = [group.draft for group in open_ones if group.draft.name_key not in sought]
    names = same_block(session, department, rest, least=least)
    for group in open_ones:
        key = group.draft.name_key or ""
        likely = near.found.get(key, ()) if near and key in sought else ()
        around = [*phones.get(group.draft.phone or "", ()), *likely, *names.get(key, ())]
        if around:
            _match_nearly(group, around, least=least)
    return united(groups)


def _match_exactly(
    group: Group, by_key: Sequence[Row[Any]], by_id: Sequence[Row[Any]], *, explain: bool
) -> None:
    found = [*by_id, *by_key]
    if by_id and by_key and by_key[0].id not in {one.id for one in by_id}:
        group.conflict = CONFLICT.format(by_key[0].id, by_id[0].id)
        group.candidates = [(one, compare(group.draft, one)) for one in found]
    elif found:
        likeness = Likeness(1.0, compare(group.draft, found[0]).fields) if explain else _SURE
        group.match(found[0], likeness, exact=True)
        group.candidates = [(found[0], likeness)]


def _match_merged(session: Session, department: str, groups: Sequence[Group]) -> None:
    """Whom a row finds by what a contact was found by before it was merged into another."""
    by_key = {group.draft.key: group for group in groups}
    former = select(_contacts.c.former_key, _contacts.c.id).where(_contacts.c.department == department)
    theirs = one_of(session, _contacts.c.former_key, sorted(by_key))
    former = former.where(theirs, _contacts.c.erased_at.is_(None))
    merged = {key: contact_id for key, contact_id in session.execute(former)} if by_key else {}
    into = survivors_of(session, merged.values()) if merged else {}
    survivors = {key: into[contact_id] for key, contact_id in merged.items() if contact_id in into}
    if not survivors:
        return
    wanted = select(*COMPARED).where(_contacts.c.id.in_(set(survivors.values())), present())
    here = {row.id: row for row in session.execute(wanted)}
    for key, contact_id in survivors.items():
        if contact_id in here:
            group, found = by_key[key], here[contact_id]
            group.match(found, Likeness(1.0, compare(group.draft, found).fields), exact=True)
            group.candidates = [(found, cast(Likeness, group.likeness))]


def _match_nearly(group: Group, near: Sequence[Row[Any]], *, least: float) -> None:
    scored = {one.id: (one, compare(group.draft, one, least=least)) for one in near}
    likely = [pair for pair in scored.values() if pair[1].score >= least]
    likely.sort(key=lambda pair: (-pair[1].score, pair[0].id))
    group.candidates = likely[:MOST_CANDIDATES]
    if likely and likely[0][1].score >= SAME:
        group.match(*likely[0], exact=False)


def united(groups: Sequence[Group]) -> list[Group]:
    """The groups, those about one known contact as one."""
    by_contact: dict[UUID, Group] = {}
    united = []
    for group in groups:
        first = by_contact.get(group.contact_id) if group.contact_id else None
        if first is None:
            united.append(group)
            if group.contact_id:
                by_contact[group.contact_id] = group
        else:
            first.add(group.draft, exact=group.exact, merge=True)
            first.repeats += group.repeats
    return united


def _among(
    session: Session, here: ColumnElement[bool], column: ColumnElement[Any], values: Iterable[str | None]
) -> dict[str, list[Row[Any]]]:
    wanted = sorted({value for value in values if value})
    found: dict[str, list[Row[Any]]] = {}
    if wanted:
        place = next(at for at, one in enumerate(COMPARED) if one is column)
        for row in session.execute(select(*COMPARED).where(here, one_of(session, column, wanted))).all():
            found.setdefault(row[place], []).append(row)
    return found
