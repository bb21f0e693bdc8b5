"""What imports look like over HTTP."""

import json
from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from services.lead.customers.model import CHANNELS
from services.lead.customers.reach import knows_region
from services.lead.customers.schemas import line
from services.lead.imports.header import IGNORED, known_fields

_MAPPING_LOOKS = 'Must be JSON such as {"E-Mail": "email", "Notes": ""}.'


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
        unknown = sorted(set(mapping.values()) - {IGNORED, *known_fields()})
        if unknown:
            raise ValidationError(f"Has no field {unknown[0][:40]}; fields are {', '.join(known_fields())}.")
        return mapping


def _known_region(region: str) -> None:
    if not knows_region(region):
        raise ValidationError("Must be a country code such as DE or CN.")


class Upload(Schema):
    """How to read the uploaded file."""

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


class ImportFilter(Schema):
    """Which imports to list."""

    state = fields.String(validate=validate.OneOf(("queued", "running", "finished", "failed")))
    department = line(64)


class ImportView(Schema):
    """An import. ``rows`` = ``created`` + ``updated`` + ``rejected``, as far as it has come."""

    id = fields.UUID()
    version = fields.Integer()
    filename = fields.String()
    department = fields.String()
    requested_by = fields.String()
    size = fields.Integer(metadata={"description": "bytes"})
    state = fields.String()
    reason = fields.String(metadata={"description": "why the whole file failed"})
    encoding = fields.String(attribute="codec")
    delimiter = fields.String()
    mapping = fields.Dict(attribute="mapped", keys=fields.String(), values=fields.String())
    rows = fields.Integer()
    created = fields.Integer()
    updated = fields.Integer()
    rejected = fields.Integer()
    created_at = fields.DateTime()
    started_at = fields.DateTime()
    finished_at = fields.DateTime()
