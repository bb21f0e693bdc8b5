"""The columns of a contact out of what a row says: of a new one, and of one that is known.

Blanks never wipe what is stored, and where a contact came from first stays its source. An email address is
replaced only where the external id says who it is.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, Uuid
from sqlalchemy.sql.schema import CallableColumnDefault, ScalarElementColumnDefault

from chassis.columns import Moment
from chassis.ids import new_id
from services.lead.customers.model import Contact
from services.lead.customers.naming import name_key
from services.lead.customers.reach import email_domain, match_key
from services.lead.imports.matching import Group
from services.lead.imports.model import Import
from services.lead.imports.rows import Draft

CONTACTS = cast(Table, Contact.__table__)

SHOWN = (
    *("given_name", "family_name", "company", "kind", "email", "phone", "fax", "region", "language", "owner"),
    *("country", "address", "external_id", "customer_id", "source"),
)
"""What a dry run shows before and after."""

_KEPT_WHEN_BLANK = (
    *("given_name", "family_name", "company", "kind", "region", "language", "owner", "country"),
    *("phone", "fax", "address"),
)
SAID = ("match_key", "name_key", "external_id", "customer_id", "email", "email_domain", *_KEPT_WHEN_BLANK)
"""The columns that rows have a say in."""

KNOWN = ("id", "revision", "changed_at", *SAID, "department", "time_zone", "chat")
"""The columns that are read of a known contact: those that may change, and those that its card shows."""

_MADE: dict[str, Callable[[Any], Any]] = {
    column.name: column.default.arg
    for column in CONTACTS.columns
    if isinstance(column.default, CallableColumnDefault)
}
_NEW: dict[str, Any] = {
    **dict.fromkeys(CONTACTS.columns.keys()),
    **{
        column.name: column.default.arg
        for column in CONTACTS.columns
        if isinstance(column.default, ScalarElementColumnDefault)
    },
    "version": 0,
    "revision": 1,
}
"""What all new contacts have in common. Nobody writes into it."""


def new_contact(draft: Draft, import_: Import, *, customer_id: UUID | None, at: datetime) -> dict[str, Any]:
    """The row of a contact that is new."""
    row = _NEW.copy()
    for name, make in _MADE.items():
        row[name] = make(None)
    row |= {
        "id": new_id(),
        "match_key": draft.key,
        "name_key": draft.name_key,
        "external_id": draft.external_id,
        "customer_id": customer_id,
        "given_name": draft.given_name,
        "family_name": draft.family_name,
        "company": draft.company,
        "kind": draft.kind,
        "email": draft.email,
        "email_domain": draft.email_domain,
        "phone": draft.phone,
        "region": draft.region,
        "language": draft.language,
        "source": draft.source or import_.source,
        "department": import_.department,
        "owner": draft.owner,
        "created_at": at,
        "changed_at": at,
        "country": draft.country,
        "fax": draft.fax,
        "address": draft.address,
    }
    return row


def changed_contact(
    known: dict[str, Any], group: Group, *, customer_id: UUID | None, at: datetime
) -> dict[str, Any]:
    """The row of a known contact after what the rows say."""
    draft, row = group.draft, dict(known)
    for name in _KEPT_WHEN_BLANK:
        row[name] = getattr(draft, name) or known[name]
    named = group.exact and draft.external_id is not None and draft.external_id == known["external_id"]
    row["email"] = (draft.email if named else known["email"]) or draft.email or known["email"]
    ids = (draft.external_id, known["external_id"])
    row["external_id"] = (ids[0] or ids[1]) if group.exact else (ids[1] or ids[0])
    row["customer_id"] = customer_id or known["customer_id"]
    names = {name: row[name] for name in ("given_name", "family_name", "company")}
    row["email_domain"] = email_domain(row["email"])
    row["match_key"] = match_key(email=row["email"], phone=row["phone"], **names)
    as_read = all(getattr(draft, name) == value for name, value in names.items())
    row["name_key"] = draft.name_key if as_read else name_key(**names)
    row["revision"] = known["revision"] + 1
    row["changed_at"] = at
    return row


def news_of(row: dict[str, Any], known: dict[str, Any]) -> list[str]:
    """The columns in which the row of a known contact is another one after what the rows say."""
    return [name for name in SAID if row[name] != known[name]]


def image(row: dict[str, Any], changed: Sequence[str]) -> dict[str, Any]:
    """What ``changed`` columns of a contact were, as JSON can hold it, for ``from_image``."""
    return {name: _plain(row[name]) for name in ("changed_at", *changed)}


def from_image(kept: dict[str, Any]) -> dict[str, Any]:
    """The columns that ``image`` took, those that there still are."""
    return {name: _typed(name, value) for name, value in kept.items() if name in CONTACTS.c}


def difference(before: dict[str, Any] | None, after: dict[str, Any]) -> dict[str, list[Any]]:
    """What a dry run shows: [before, after] of each field that changes; before is None for a new contact."""
    found = {}
    for name in SHOWN:
        old, new = (before or {}).get(name), after.get(name)
        if (old or None) != (new or None):
            found[name] = [_plain(old), _plain(new)]
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, UUID):
        return str(value)
    return value.isoformat() if isinstance(value, datetime) else value


def _typed(name: str, value: Any) -> Any:
    kind = CONTACTS.c[name].type
    if value is None or not isinstance(value, str):
        return value
    if isinstance(kind, Uuid):
        return UUID(value)
    return datetime.fromisoformat(value) if isinstance(kind, Moment) else value
