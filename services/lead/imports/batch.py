"""Saves a batch of drafts with a handful of set-based statements, whatever its size.

The unique key (department, match_key) decides in one statement what is new and what is known.
Blanks never wipe what is stored, and where a contact came from first stays its source.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, case, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from chassis.ids import new_id
from contracts.lead import ContactCard
from services.lead.customers.model import (
    FROM_FILE,
    Carded,
    Consent,
    ConsentProof,
    Contact,
    Customer,
    card_of,
)
from services.lead.imports.model import Import
from services.lead.imports.rows import Draft

_contacts = cast(Table, Contact.__table__)
_consents = cast(Table, Consent.__table__)
_KEPT_WHEN_BLANK = ("given_name", "family_name", "company", "kind", "region", "language", "owner", "country")


@dataclass(frozen=True)
class Saved:
    """What became of a batch: how many contacts are new, and the cards of all it touched."""

    created: int
    cards: list[ContactCard]


def save_drafts(session: Session, import_: Import, drafts: Iterable[Draft], *, at: datetime) -> Saved:
    """Insert or update the contacts of ``drafts``, with the consent they give."""
    by_key = _merged(drafts)
    if not by_key:
        return Saved(0, [])
    customers = _customers(session, import_.department, by_key.values())
    # One order for everybody: two imports that meet the same contacts do not deadlock.
    ordered = [by_key[key] for key in sorted(by_key)]
    rows = [_row(draft, import_, customers.get(draft.company.casefold()), at) for draft in ordered]
    proposed = {row["id"] for row in rows}
    saved = list(session.execute(_upsert(session), rows))
    known = [contact.id for contact in saved if contact.id not in proposed]
    held = _held_consents(session, known)
    news = _consent_news(((row.id, by_key[row.match_key]) for row in saved), held)
    _save_consents(session, import_, news, at=at)
    cards = [card_of(cast(Carded, row), held.get(row.id, {}).items()) for row in saved]
    return Saved(len(saved) - len(known), cards)


def _merged(drafts: Iterable[Draft]) -> dict[str, Draft]:
    by_key: dict[str, Draft] = {}
    for draft in drafts:
        if draft.key in by_key:
            by_key[draft.key].absorb(draft)
        else:
            by_key[draft.key] = draft
    return by_key


def _customers(session: Session, department: str, drafts: Iterable[Draft]) -> dict[str, UUID]:
    """The customers that the companies named in ``drafts`` are, by folded name."""
    names = {draft.company.casefold() for draft in drafts if draft.company}
    if not names:
        return {}
    found = select(Customer.name_key, Customer.id).order_by(Customer.id.desc())
    found = found.where(Customer.department == department, Customer.name_key.in_(sorted(names)))
    return {row.name_key: row.id for row in session.execute(found)}


def _row(draft: Draft, import_: Import, customer_id: UUID | None, at: datetime) -> dict[str, Any]:
    return {
        "id": new_id(),
        "version": 0,
        "revision": 1,
        "match_key": draft.key,
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
        "time_zone": "",
        "fax": draft.fax,
        "chat": None,
        "address": draft.address,
    }


def _upsert(session: Session) -> Any:
    statement = _inserting(session, _contacts)
    new, old = statement.excluded, _contacts.c
    changes: dict[str, Any] = {}
    for name in _KEPT_WHEN_BLANK:
        changes[name] = case((new[name] == "", old[name]), else_=new[name])
    for name in ("email", "phone", "customer_id", "fax", "address"):
        changes[name] = func.coalesce(new[name], old[name])
    changes["revision"] = old.revision + 1
    changes["changed_at"] = new.changed_at
    return statement.on_conflict_do_update(
        index_elements=["department", "match_key"], set_=changes
    ).returning(
        *(old[name] for name in Carded.__annotations__),
        old.match_key,
    )


def _held_consents(session: Session, contact_ids: Sequence[UUID]) -> dict[UUID, dict[str, bool]]:
    held: dict[UUID, dict[str, bool]] = {}
    if contact_ids:
        theirs = select(Consent.contact_id, Consent.channel, Consent.granted)
        theirs = theirs.where(Consent.contact_id.in_(contact_ids))
        for contact_id, channel, granted in session.execute(theirs):
            held.setdefault(contact_id, {})[channel] = granted
    return held


def _save_consents(
    session: Session, import_: Import, changed: Sequence[dict[str, Any]], *, at: datetime
) -> None:
    """Record changed consents (contact_id, channel, granted), each with its proof."""
    if not changed:
        return
    proof = {"wording": import_.wording, "source": FROM_FILE, "recorded_by": import_.requested_by}
    session.execute(
        insert(ConsentProof), [{"id": new_id(), **one, **proof, "recorded_at": at} for one in changed]
    )
    statement = _inserting(session, _consents)
    statement = statement.on_conflict_do_update(
        index_elements=["contact_id", "channel"],
        set_={name: statement.excluded[name] for name in ("granted", "source", "changed_at")},
    )
    session.execute(statement, [{**one, "source": FROM_FILE, "changed_at": at} for one in changed])


def _consent_news(
    given: Iterable[tuple[UUID, Draft]], held: dict[UUID, dict[str, bool]]
) -> list[dict[str, Any]]:
    """The consents that say something new, taken over into ``held``.

    A withdrawal stands until the contact takes it back himself: no file can.
    """
    news = []
    for contact_id, draft in given:
        theirs = held.setdefault(contact_id, {})
        for channel, granted in draft.consents.items():
            if theirs.get(channel) not in (granted, False):
                theirs[channel] = granted
                news.append({"contact_id": contact_id, "channel": channel, "granted": granted})
    return news


def _inserting(session: Session, table: Table) -> Any:
    """An INSERT in the dialect of the session's database, which knows ON CONFLICT."""
    dialect = session.get_bind().dialect.name
    return (postgresql if dialect == "postgresql" else sqlite).insert(table)
