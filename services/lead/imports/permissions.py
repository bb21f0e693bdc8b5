"""The consent that a batch of an import gives, each with its proof, and what held before."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from chassis.ids import new_id
from services.lead.customers.model import FROM_FILE, Consent, ConsentProof
from services.lead.imports.bulk import insert_rows, one_of
from services.lead.imports.model import ConsentChange, Import
from services.lead.imports.rows import Draft

_consents = cast(Table, Consent.__table__)
_proofs = cast(Table, ConsentProof.__table__)
_changes = cast(Table, ConsentChange.__table__)

_PLACE = ("contact_id", "channel")
_HELD = [_consents.c[name] for name in (*_PLACE, "granted", "source", "changed_at")]


@dataclass(frozen=True)
class Held:
    """What holds for a channel, since when, and who said so."""

    granted: bool
    source: str
    changed_at: datetime


def held_by(session: Session, contact_ids: Sequence[UUID]) -> dict[UUID, dict[str, Held]]:
    """What holds now, by contact and channel."""
    held: dict[UUID, dict[str, Held]] = {}
    if contact_ids:
        theirs = select(*_HELD).where(one_of(session, _consents.c.contact_id, contact_ids))
        for contact_id, channel, granted, source, changed_at in session.execute(theirs).all():
            held.setdefault(contact_id, {})[channel] = Held(granted, source, changed_at)
    return held


def says_more(draft: Draft, held: Mapping[str, Held]) -> bool:
    """Whether a row gives or takes a consent of its contact.

    A withdrawal stands until the contact takes it back himself: no file can.
    """
    granted = {channel: one.granted for channel, one in held.items()}
    return any(granted.get(channel) not in (wish, False) for channel, wish in draft.consents.items())


def save_consents(
    session: Session,
    import_: Import,
    given: Sequence[tuple[UUID, Draft]],
    *,
    before: Mapping[UUID, Mapping[str, Held]],
    at: datetime,
) -> dict[UUID, dict[str, bool]]:
    """Record what is new. Returns all that holds now, by contact and channel; ``before`` is what did."""
    held = {
        contact_id: {name: one.granted for name, one in theirs.items()}
        for contact_id, theirs in before.items()
    }
    news = _news(given, held)
    if not news:
        return held
    proof: dict[str, Any] = {"wording": import_.wording, "source": FROM_FILE}
    proof |= {"recorded_by": import_.requested_by, "evidence": {"import_id": str(import_.id)}}
    proofs = [{"id": new_id(), **one, **proof, "recorded_at": at} for one in news]
    insert_rows(session, _proofs, proofs)
    insert_rows(
        session,
        _consents,
        [{**one, "source": FROM_FILE, "changed_at": at} for one in news],
        clash=_PLACE,
        renewed=("granted", "source", "changed_at"),
    )
    insert_rows(
        session, _changes, [_change(import_, one, before) for one in news], clash=("import_id", *_PLACE)
    )
    return held


def _news(given: Iterable[tuple[UUID, Draft]], held: dict[UUID, dict[str, bool]]) -> list[dict[str, Any]]:
    """The consents that say something new, taken over into ``held``."""
    news = []
    for contact_id, draft in given:
        theirs = held.setdefault(contact_id, {})
        for channel, granted in draft.consents.items():
            if theirs.get(channel) not in (granted, False):
                theirs[channel] = granted
                news.append({"contact_id": contact_id, "channel": channel, "granted": granted})
    return news


def _change(
    import_: Import, new: dict[str, Any], before: Mapping[UUID, Mapping[str, Held]]
) -> dict[str, Any]:
    was = before.get(new["contact_id"], {}).get(new["channel"])
    place = {"import_id": import_.id, "contact_id": new["contact_id"], "channel": new["channel"]}
    if was is None:
        return {**place, "granted": None, "source": None, "changed_at": None}
    return {**place, "granted": was.granted, "source": was.source, "changed_at": was.changed_at}
