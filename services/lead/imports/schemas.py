"""What imports look like over HTTP."""

import codecs
import json
from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from services.lead.customers.model import CHANNELS
from services.lead.customers.reach import TEXT_LIMIT, knows_region
from services.lead.customers.schemas import line
from services.lead.imports.header import IGNORED, MOST_COLUMNS, known_fields
from services.lead.imports.model import MODES, STATES
from services.lead.imports.sniffing import DELIMITERS

MOST_ANSWERS = 500

_NO_TABLE = ("idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined")
_MAPPING_LOOKS = 'Must be JSON such as {"E-Mail": "email", "Notes": ""}.'


def _known_fields(mapping: Mapping[str, str]) -> None:
    unknown = sorted(set(mapping.values()) - {IGNORED, *known_fields()})
    if unknown:
        raise ValidationError(f"Has no field {unknown[0][:40]}; fields are {', '.join(known_fields())}.")


class ColumnMapping(fields.Field[dict[str, str]]):
    """JSON of field names by column name, as a query parameter; an empty field leaves a column out."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **options: Any
    ) -> dict[str, str]:
        try:
            mapping = json.loads(value)
            kept = json.dumps(mapping, ensure_ascii=False).encode()
        except (TypeError, ValueError, RecursionError):
            mapping, kept = None, b""
        if not isinstance(mapping, dict) or b"\\u0000" in kept:
            raise ValidationError(_MAPPING_LOOKS)
        if not all(isinstance(field, str) for field in mapping.values()):
            raise ValidationError(_MAPPING_LOOKS)
        _known_fields(mapping)
        return mapping


def _known_region(region: str) -> None:
    if not knows_region(region):
        raise ValidationError("Must be a country code such as DE or CN.")


def _known_encoding(name: str) -> None:
    try:
        text = codecs.lookup(name)
    except LookupError:
        raise ValidationError("Is not an encoding such as utf-8 or gb18030.") from None
    if not text._is_text_encoding or text.name in _NO_TABLE:
        raise ValidationError("Is not an encoding of text such as utf-8 or gb18030.")


class ReadingWord(Schema):
    """How a file is to be read, where what is found out is not good enough."""

    encoding = fields.String(
        validate=[validate.Length(min=1, max=40), _known_encoding],
        metadata={"description": "such as utf-8, gb18030 or big5"},
    )
    delimiter = fields.String(
        validate=validate.OneOf(DELIMITERS), metadata={"description": "what stands between the cells of CSV"}
    )
    header = fields.Boolean(metadata={"description": "whether the first row names the columns"})


class Upload(ReadingWord):
    """How to read the uploaded file, and what to do with it."""

    filename = line(required=True)
    department = line(64, required=True)
    consents = fields.List(
        fields.String(validate=validate.OneOf(CHANNELS)),
        data_key="consent",
        metadata={"description": "channels that everybody in the file has agreed to"},
    )
    wording = fields.String(
        validate=validate.Length(max=2000), metadata={"description": "what they have agreed to"}
    )
    mapping = ColumnMapping(
        metadata={
            "type": "string",
            "description": "JSON of field names by column name, where the guess is not good enough",
        }
    )
    phone_region = fields.String(
        validate=_known_region, metadata={"description": "country of phone numbers without a country code"}
    )
    source = line(64)
    mapping_name = line(metadata={"description": "name of a mapping that the department keeps"})
    mode = fields.String(
        validate=validate.OneOf(MODES),
        metadata={"description": "create, update, both, or ask about every contact that is known"},
    )
    dry_run = fields.Boolean(metadata={"description": "only tell what would be done"})
    confirm = fields.Boolean(metadata={"description": "wait until somebody confirms how the file is read"})


class Confirmation(ReadingWord):
    """That the file may be imported as it was shown, or how instead."""

    mapping = fields.Dict(
        keys=fields.String(validate=validate.Length(max=TEXT_LIMIT)),
        values=fields.String(),
        validate=[validate.Length(max=MOST_COLUMNS), _known_fields],
        metadata={"description": "field by column name; columns that are left out are not read"},
    )
    save_as = line(metadata={"description": "keep the mapping for the department under this name"})


class Answer(Schema):
    """What to do with a row that waits."""

    line = fields.Integer(required=True, strict=True)
    answer = fields.String(required=True, validate=validate.OneOf(("create", "update", "refuse")))
    contact_id = fields.UUID(metadata={"description": "whom to update"})


class Answers(Schema):
    """A page of answers."""

    answers = fields.List(
        fields.Nested(Answer), required=True, validate=validate.Length(min=1, max=MOST_ANSWERS)
    )


class QuestionFilter(Schema):
    """Which questions to list."""

    open = fields.Boolean(metadata={"description": "only those that wait, or only those that do not"})


class CandidateView(Schema):
    """A contact that a row may mean: how likely, and how alike each field is, from 0 to 1."""

    contact_id = fields.UUID()
    score = fields.Float()
    fields_alike = fields.Dict(attribute="fields", keys=fields.String(), values=fields.Float())
    name = fields.String()
    company = fields.String()
    email = fields.String(allow_none=True)
    phone = fields.String(allow_none=True)


class QuestionView(Schema):
    """A row that waits for an answer, or has one."""

    line = fields.Integer()
    row = fields.Dict(attribute="draft")
    repeats = fields.List(fields.Integer(), metadata={"description": "later lines about the same contact"})
    candidates = fields.List(fields.Nested(CandidateView))
    answer = fields.String(allow_none=True)
    contact_id = fields.UUID(allow_none=True)
    answered_by = fields.String(allow_none=True)
    answered_at = fields.DateTime(allow_none=True)


class DiffFilter(Schema):
    """Which rows of a dry run to list."""

    change = fields.String(validate=validate.OneOf(("create", "update", "ask")))


class PlannedRowView(Schema):
    """What a dry run would do with a row. ``fields`` has [before, after] of each that changes."""

    line = fields.Integer()
    change = fields.String()
    contact_id = fields.UUID(allow_none=True)
    why = fields.String(metadata={"description": "by what the contact was recognised"})
    fields_changed = fields.Dict(attribute="fields", keys=fields.String(), values=fields.List(fields.Raw()))


class KeptView(Schema):
    """A contact that an undo left alone."""

    contact_id = fields.UUID()
    reason = fields.String(attribute="kept")


class ErrorFormat(Schema):
    """As what to download the refused rows."""

    format = fields.String(validate=validate.OneOf(("csv", "xlsx")), load_default="csv")


class MappingFilter(Schema):
    """Which mappings to list."""

    department = line(64)
    name = line()


class MappingView(Schema):
    """A mapping that a department keeps."""

    id = fields.UUID()
    department = fields.String()
    name = fields.String()
    mapping = fields.Dict(keys=fields.String(), values=fields.String())
    saved_by = fields.String()
    saved_at = fields.DateTime()


class ImportFilter(Schema):
    """Which imports to list."""

    state = fields.String(validate=validate.OneOf(STATES))
    department = line(64)


class ImportView(Schema):
    """An import. ``rows`` = ``created`` + ``updated`` + ``rejected`` + ``asked``, as far as it has come."""

    id = fields.UUID()
    version = fields.Integer()
    filename = fields.String()
    department = fields.String()
    requested_by = fields.String()
    size = fields.Integer(metadata={"description": "bytes"})
    state = fields.String()
    reason = fields.String(metadata={"description": "why the whole file failed"})
    mode = fields.String()
    dry_run = fields.Boolean()
    format = fields.String(metadata={"description": "csv, xlsx or vcard, by what is in the file"})
    encoding = fields.String(attribute="codec")
    headed = fields.Boolean(metadata={"description": "whether the first row names the columns"})
    header = fields.List(fields.String())
    sample = fields.List(fields.List(fields.String()), metadata={"description": "the first rows"})
    delimiter = fields.String()
    mapping = fields.Dict(attribute="mapped", keys=fields.String(), values=fields.String())
    rows = fields.Integer()
    created = fields.Integer()
    updated = fields.Integer()
    rejected = fields.Integer()
    asked = fields.Integer(metadata={"description": "rows that wait for an answer"})
    restored = fields.Integer(metadata={"description": "contacts that the undo changed back"})
    removed = fields.Integer(metadata={"description": "contacts that the undo removed"})
    kept = fields.Integer(metadata={"description": "contacts that the undo left alone"})
    created_at = fields.DateTime()
    started_at = fields.DateTime()
    finished_at = fields.DateTime()
    undone_by = fields.String()
    undone_at = fields.DateTime()
