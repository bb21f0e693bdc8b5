"""Contacts of the store that share a name key with rows of a batch: at most a few of each key.

A large store has many of about the same name at about the same company. Where both have an email address and
these have nothing to do with each other, names do not make up for it: PostgreSQL leaves such pairs out by the
conditions that a slip of the pen meets in any case, so that what is left does not grow with the store.
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Row, Table, func, select, text
from sqlalchemy.orm import Session

from services.lead.customers.model import Contact, present
from services.lead.imports.bulk import encoded, is_postgresql, one_of
from services.lead.imports.duplicates import names_make_up_for_addresses
from services.lead.imports.rows import Draft

MOST_IN_A_BLOCK = 20
"""Most contacts of one name key that a row is compared with."""

_contacts = cast(Table, Contact.__table__)
_NAMES = (
    *("id", "match_key", "email", "phone", "external_id"),
    *("given_name", "family_name", "company", "name_key"),
)
COMPARED = [_contacts.c[name] for name in _NAMES]

# An address that is one slip away has half of it unchanged, before the slip or behind it, and at most one
# letter, of up to four bytes, less or more. Some letters are wildcards, which lets a few too many through. Of
# match keys only those of addresses begin with an e.
_KEYS = r"""
    SELECT name_key, address, phones, octet_length(address) AS octets, length(address) AS size,
        replace(left(address, half + 6), '\', '\\') || '%' AS begun,
        '%' || replace(right(address, half), '\', '\\') AS ended
    FROM json_to_recordset(CAST(:wanted AS json)) AS given (name_key text, address text, phones text[]),
        LATERAL (SELECT (length(address) - 6) / 2 - 1 AS half) AS halves
    OFFSET 0
"""
_LIKELY = """
    k.address IS NULL OR ascii(n.match_key) IS DISTINCT FROM ascii('email:')
    OR octet_length(n.match_key) BETWEEN k.octets - 4 AND k.octets + 4
        AND (n.match_key LIKE k.begun OR n.match_key LIKE k.ended)
        AND length(n.match_key) BETWEEN k.size - 1 AND k.size + 1
    OR n.phone = ANY(k.phones)
"""
BLOCK = f"""
    SELECT {", ".join(f"c.{name}" for name in _NAMES)} FROM ({_KEYS}) AS k
    CROSS JOIN LATERAL (
        SELECT id, match_key, phone FROM contacts
        WHERE department = :department AND name_key = k.name_key
        AND merged_into IS NULL AND erased_at IS NULL LIMIT {MOST_IN_A_BLOCK}
    ) AS n
    CROSS JOIN LATERAL (SELECT {", ".join(_NAMES)} FROM contacts WHERE id = n.id LIMIT 1) AS c
    WHERE CAST(:everybody AS boolean) OR {_LIKELY}
"""
"""The index of name keys answers which of a block may be the same; only the rows of these are read."""

_block = text(BLOCK).columns(*COMPARED)


def same_block(
    session: Session, department: str, drafts: Sequence[Draft], *, least: float
) -> dict[str, list[Row[Any]]]:
    """Contacts by name key, among them all whose score with one of ``drafts`` could reach ``least``."""
    wanted = [draft for draft in drafts if draft.name_key]
    if not wanted:
        return {}
    likely = _in_postgresql if is_postgresql(session) else _in_sqlite
    found: dict[str, list[Row[Any]]] = {}
    for row in likely(session, department, wanted, least):
        found.setdefault(row.name_key, []).append(row)
    return found


@dataclass(frozen=True)
class Near:
    """What ``same_block`` found for drafts with the name keys ``sought``, a moment before it is needed."""

    found: Mapping[str, Sequence[Row[Any]]]
    sought: Set[str]

    def without(self, touched: Set[str]) -> "Near":
        """The same but for keys of contacts that were written meanwhile."""
        return Near(self.found, self.sought - touched)


def look_ahead(session: Session, department: str, drafts: Sequence[Draft], *, least: float) -> Near:
    """The blocks of those drafts whom the department does not know by their key."""
    # Whether these are present is left to whoever needs them: the index of keys alone answers this.
    theirs = one_of(session, _contacts.c.match_key, [draft.key for draft in drafts])
    keys = select(_contacts.c.match_key).where(_contacts.c.department == department, theirs)
    known = set(session.scalars(keys).all())
    unknown = [draft for draft in drafts if draft.name_key and draft.key not in known]
    found = same_block(session, department, unknown, least=least)
    return Near(found, frozenset(draft.name_key for draft in unknown if draft.name_key))


def _in_postgresql(
    session: Session, department: str, drafts: Sequence[Draft], least: float
) -> Sequence[Row[Any]]:
    keys = [
        {
            "name_key": draft.name_key,
            "address": draft.key if draft.email else None,
            "phones": _slips(draft.phone) if draft.phone else None,
        }
        for draft in drafts
    ]
    everybody = names_make_up_for_addresses(least)
    values = {"wanted": encoded(keys), "department": department, "everybody": everybody}
    return session.execute(_block, values).all()


def _slips(phone: str) -> list[str]:
    """The number itself, and with two neighbours of its last seven digits swapped."""
    places = range(max(len(phone) - 7, 0), len(phone) - 1)
    return [phone, *(f"{phone[:at]}{phone[at + 1]}{phone[at]}{phone[at + 2 :]}" for at in places)]


def _in_sqlite(
    session: Session, department: str, drafts: Sequence[Draft], _least: float
) -> Sequence[Row[Any]]:
    place = func.row_number().over(partition_by=_contacts.c.name_key, order_by=_contacts.c.id).label("place")
    keys = sorted({draft.name_key or "" for draft in drafts})
    here = _contacts.c.department == department, _contacts.c.name_key.in_(keys), present()
    block = select(*COMPARED, place).where(*here).subquery()
    columns = [block.c[name] for name in _NAMES]
    return session.execute(select(*columns).where(block.c.place <= MOST_IN_A_BLOCK)).all()
