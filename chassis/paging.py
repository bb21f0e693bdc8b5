"""Pages by key: newest first, continued by an opaque cursor, so that no row is skipped or shown twice."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Select
from sqlalchemy.orm import InstrumentedAttribute, Session

from chassis.errors import Invalid

DEFAULT_LIMIT = 50
LARGEST_LIMIT = 200
PARAMETERS = ("limit", "cursor")


@dataclass(frozen=True)
class Page:
    """Some items, and the cursor that continues after them; None at the end."""

    items: list[Any]
    next: str | None


def read_limit(text: str | None) -> int:
    """The page size asked for, 50 when none is. Raises Invalid outside of 1 to 200."""
    if text is None:
        return DEFAULT_LIMIT
    if not (text.isascii() and text.isdigit() and len(text) < 5 and 1 <= int(text) <= LARGEST_LIMIT):
        raise Invalid({"limit": [f"Must be a whole number from 1 to {LARGEST_LIMIT}"]})
    return int(text)


def fetch(
    session: Session,
    statement: Select[Any],
    key: InstrumentedAttribute[Any] | ColumnElement[Any],
    *,
    parameters: Mapping[str, str],
) -> Page:
    """The page of ``statement`` that ``parameters`` (limit, cursor) ask for, highest ``key`` first.

    ``key`` must be unique in the result. A statement that selects one thing gives a list of it,
    any other a list of rows. Raises Invalid for a limit or cursor that makes no sense.
    """
    limit = read_limit(parameters.get("limit"))
    if (cursor := parameters.get("cursor")) is not None:
        statement = statement.where(key < _decode(cursor, key.type.python_type))
    statement = statement.add_columns(key.label("page_key")).order_by(None).order_by(key.desc())
    rows = session.execute(statement.limit(limit + 1)).all()
    more = len(rows) > limit
    rows = rows[:limit]
    single = bool(rows) and len(rows[0]) == 2
    items = [row[0] for row in rows] if single else list(rows)
    return Page(items, _encode(rows[-1][-1]) if more else None)


def _encode(value: object) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(value)).rstrip(b"=").decode()


def _decode(cursor: str, kind: type) -> Any:
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        if b"\\u0000" in raw:
            raise ValueError(cursor)
        return msgspec.json.decode(raw, type=kind)
    except (ValueError, msgspec.MsgspecError) as error:
        raise Invalid({"cursor": ["Is not a cursor of this list"]}) from error
