"""The audit trail of a service over HTTP, for administrators."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from marshmallow import Schema, fields, validate
from sqlalchemy import ColumnElement, Row, Select, Text, cast, or_, select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from chassis import sheets
from chassis.audit import audit_entries
from chassis.audit_words import audit_words, with_words
from chassis.http import Page, Request, route
from chassis.sealing import audit_seals
from contracts.roles import ADMINISTRATOR

ACTIONS = ("insert", "update", "delete")
COLUMNS = (
    "id",
    "at",
    "actor",
    "on_behalf_of",
    "roles",
    "origin",
    "trace_id",
    "action",
    "entity",
    "entity_id",
    "before",
    "after",
)
_PIECE = 1000


class AuditFilter(Schema):
    """Which entries are wanted; all that is given must hold."""

    entity = fields.String(metadata={"description": "Name of the table that the row stands in"})
    entity_id = fields.UUID()
    actor = fields.String(metadata={"description": "Subject of the token, or service:<name>"})
    on_behalf_of = fields.String(metadata={"description": "Whom the actor stood in for"})
    action = fields.String(validate=validate.OneOf(ACTIONS))
    origin = fields.String(metadata={"description": "Address of the caller, or source of the event"})
    trace_id = fields.String()
    since = fields.AwareDateTime(metadata={"description": "Not before this moment"})
    until = fields.AwareDateTime(metadata={"description": "Before this moment"})
    q = fields.String(
        validate=validate.Length(min=2, max=200),
        metadata={"description": "Stands in a value before or after, or names a field"},
    )


class AuditExport(AuditFilter):
    """The same, as a file: CSV for spreadsheets, or JSON with one entry a line."""

    format = fields.String(load_default="csv", validate=validate.OneOf(("csv", "ndjson")))


class AuditView(Schema):
    """One write to one row. An insert has no ``before``, a delete no ``after``.

    ``***`` stands for what is secret, and for words about people that were erased.
    """

    id = fields.UUID()
    at = fields.AwareDateTime()
    actor = fields.String()
    on_behalf_of = fields.String(metadata={"description": "Whom the actor stood in for; blank: nobody"})
    roles = fields.List(fields.String())
    origin = fields.String(metadata={"description": "Address of the caller, or source of the event"})
    trace_id = fields.String(allow_none=True)
    action = fields.String(metadata={"enum": list(ACTIONS)})
    entity = fields.String()
    entity_id = fields.UUID()
    before = fields.Dict(keys=fields.String(), allow_none=True)
    after = fields.Dict(keys=fields.String(), allow_none=True)


class SealView(Schema):
    """A seal over entries. Its digest follows from theirs and from the seal before."""

    number = fields.Integer()
    entries = fields.Integer()
    digest = fields.String()
    sealed_at = fields.AwareDateTime()


class AuditApi:
    """Every service has this."""

    @route("GET", "/audit", roles=(ADMINISTRATOR,), query=AuditFilter, returns=AuditView, many=True)
    def list_audit_entries(self, request: Request) -> Page:
        """Who changed what, latest first."""
        page = request.page(_wanted(**request.query), audit_entries.c.id)
        return Page([_whole(row) for row in page.items], page.next)

    @route("GET", "/audit/export", roles=(ADMINISTRATOR,), query=AuditExport)
    def export_audit_entries(self, request: Request) -> Response:
        """Everything that a search finds, earliest first, as a file."""
        wanted = dict(request.query)
        kind = wanted.pop("format")
        entries = (_whole(row) for row in _rows(request.session, _wanted(**wanted)))
        if kind == "csv":
            return sheets.download("audit.csv", COLUMNS, (_cells(one) for one in entries))
        headers = {"Content-Disposition": 'attachment; filename="audit.ndjson"'}
        return Response((_line(one) for one in entries), content_type="application/x-ndjson", headers=headers)

    @route("GET", "/audit/seals", roles=(ADMINISTRATOR,), returns=SealView, many=True)
    def list_audit_seals(self, request: Request) -> Page:
        """The seals over the trail, latest first. ``fanfare audit verify`` holds the entries against them."""
        return request.page(select(audit_seals), audit_seals.c.number)


def _wanted(
    *, since: datetime | None = None, until: datetime | None = None, q: str | None = None, **exact: Any
) -> Select[Any]:
    conditions = [audit_entries.c[name] == value for name, value in exact.items()]
    if since is not None:
        conditions.append(audit_entries.c.at >= since)
    if until is not None:
        conditions.append(audit_entries.c.at < until)
    if q is not None:
        conditions.append(_mentions(q))
    columns = [audit_entries.c[name] for name in COLUMNS]
    both = audit_entries.outerjoin(audit_words, audit_words.c.entry_id == audit_entries.c.id)
    return select(*columns, audit_words.c.words).select_from(both).where(*conditions)


def _mentions(text: str) -> ColumnElement[bool]:
    places = [cast(audit_entries.c[name], Text) for name in ("before", "after")]
    return or_(*(place.icontains(text, autoescape=True) for place in (*places, audit_words.c.words)))


def _rows(session: Session, wanted: Select[Any]) -> Iterator[Row[Any]]:
    """In pieces by key, since the driver would hold the whole of a large result."""
    last: UUID | None = None
    while True:
        piece = wanted if last is None else wanted.where(audit_entries.c.id > last)
        rows = session.execute(piece.order_by(audit_entries.c.id).limit(_PIECE)).all()
        yield from rows
        if len(rows) < _PIECE:
            return
        last = rows[-1].id


def _whole(row: Row[Any]) -> dict[str, Any]:
    """An entry by the names of its columns, with the words that stand apart from it."""
    entry = {name: row._mapping[name] for name in COLUMNS}
    return with_words(entry, row._mapping["words"])


def _cells(entry: dict[str, Any]) -> list[object]:
    return [
        msgspec.json.encode(cell).decode() if isinstance(cell, list | dict) else cell
        for cell in entry.values()
    ]


def _line(entry: dict[str, Any]) -> bytes:
    return msgspec.json.encode(entry) + b"\n"
