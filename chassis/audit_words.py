"""Words about people in the audit trail: they stand beside its entries, so that they can be forgotten.

An entry is sealed for good, and so has nothing in it that somebody may ask to be erased. Of a column with
``info=PERSONAL`` it shows HIDDEN, and it has a digest of all such values, with a salt. The values are here.
While they are here they must fit the digest; without them the entry is still what was sealed.
"""

import hashlib
import secrets
from collections.abc import Collection, Mapping
from functools import partial
from typing import Any, Final
from uuid import UUID

import msgspec
from sqlalchemy import Column, Connection, String, Table, Text, Uuid, event, orm

from chassis.closing import Row, write_last
from chassis.database import metadata
from chassis.guards import never_changed

HIDDEN: Final = "***"
"""Stands for the value of a column that is secret, or whose words stand apart."""

_FORGOTTEN: Final = "forgotten"

Values = Mapping[str, Any]

audit_words = Table(
    "audit_words",
    metadata,
    Column("entry_id", Uuid, primary_key=True),
    Column("salt", String(32), nullable=False),
    Column("words", Text, nullable=False),
)
"""``words`` is JSON with the values ``before`` and ``after``, letter by letter as in the digest."""


@event.listens_for(audit_words, "after_create")
def _guard(_table: Table, connection: Connection, **_options: Any) -> None:
    never_changed(connection, audit_words.name, "words are forgotten, never changed")


def set_apart(entry: Row, *, before: Values, after: Values) -> Row | None:
    """Put the digest of an entry's words into it. Returns the row that keeps them; None where it has none."""
    if not before and not after:
        entry["words_digest"] = None
        return None
    words = msgspec.json.encode({"before": before, "after": after}).decode()
    salt = secrets.token_hex(16)
    entry["words_digest"] = digest_of(salt, words)
    return {"entry_id": entry["id"], "salt": salt, "words": words}


def digest_of(salt: str, words: str) -> str:
    """What the entry holds of its words."""
    return hashlib.sha256(f"{salt}\n{words}".encode()).hexdigest()


def keep(session: orm.Session, entry: Row, words: Row | None) -> None:
    """Write the words of an entry with the commit, unless they are to be forgotten by then."""
    if words is not None:
        write_last(session, audit_words, partial(still_known, session, entry, words))


def forget_at_commit(session: orm.Session, entity: str, ids: Collection[UUID]) -> None:
    """Let this transaction keep no words about these rows, whether it entered them already or not."""
    session.info.setdefault(_FORGOTTEN, set()).update((entity, one) for one in ids)


def still_known(session: orm.Session, entry: Row, words: Row | None) -> Row | None:
    """The row of an entry's words, unless they are to be forgotten."""
    forgotten = (entry["entity"], entry["entity_id"]) in session.info.get(_FORGOTTEN, ())
    return None if forgotten else words


def with_words(entry: Mapping[str, Any], words: str | None) -> dict[str, Any]:
    """An entry with the words that stand apart from it, where they are still there."""
    whole = dict(entry)
    if words is not None:
        for side, values in msgspec.json.decode(words, type=dict[str, dict[str, Any]]).items():
            if values:
                whole[side] = {**(whole[side] or {}), **values}
    return whole
