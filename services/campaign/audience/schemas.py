"""What an audience takes and shows over HTTP."""

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from services.campaign.audience.actions import MOST_PICKED, MOST_SOURCES, Include, Rules
from services.campaign.audience.model import REASONS, ROLES
from services.campaign.planning.schemas import CODE, LINE, REASON

MOST_DAYS = 3650
MOST_LATE = 500


class IncludeSchema(Schema):
    """A segment that puts its contacts on the list. ``product`` is what they shall hear of."""

    segment_id = fields.UUID(required=True)
    product = fields.String(validate=CODE)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Include:
        return Include(**data)


class WithoutSchema(Schema):
    """Who stays off the list, whatever puts them on it."""

    segments = fields.List(fields.UUID(), validate=validate.Length(max=MOST_SOURCES))
    campaigns = fields.List(
        fields.UUID(),
        validate=validate.Length(max=MOST_SOURCES),
        metadata={"description": "targets of other campaigns of the department"},
    )
    contacted_within_days = fields.Integer(
        strict=True,
        allow_none=True,
        validate=validate.Range(1, MOST_DAYS),
        metadata={"description": "whoever got something from any campaign so lately before the start"},
    )


class AudienceRules(Schema):
    """An audience, files and picked contacts apart. The campaign's own ``segment_id`` counts beside it."""

    segments = fields.List(fields.Nested(IncludeSchema), validate=validate.Length(max=MOST_SOURCES))
    without = fields.Nested(WithoutSchema)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> dict[str, Rules]:
        without = data.get("without", {})
        rules = Rules(
            segments=data.get("segments", ()),
            excluded_segments=without.get("segments", ()),
            excluded_campaigns=without.get("campaigns", ()),
            contacted_within_days=without.get("contacted_within_days"),
        )
        return {"rules": rules}


class FileUpload(Schema):
    """How to take a file of contacts: put them on the list, or keep them off it."""

    role = fields.String(required=True, validate=validate.OneOf(ROLES))
    filename = fields.String(required=True, validate=LINE)
    product = fields.String(validate=CODE)


class PickedContacts(Schema):
    """Contacts that somebody picked by hand, to put on the list or keep off it."""

    role = fields.String(required=True, validate=validate.OneOf(ROLES))
    contacts = fields.List(fields.UUID(), required=True, validate=validate.Length(min=1, max=MOST_PICKED))
    product = fields.String(validate=CODE)


class Additions(Schema):
    """Contacts that shall come on the list of a campaign under way."""

    contacts = fields.List(fields.UUID(), required=True, validate=validate.Length(min=1, max=MOST_LATE))
    product = fields.String(validate=CODE)
    reason = fields.String(validate=REASON, metadata={"description": "kept with the change"})


class Removals(Schema):
    """Targets that shall go off the list of a campaign under way."""

    targets = fields.List(fields.UUID(), required=True, validate=validate.Length(min=1, max=MOST_LATE))
    reason = fields.String(validate=REASON, metadata={"description": "kept with the change"})


class SourceView(Schema):
    """One part of an audience. ``matched`` and ``unmatched`` count what was found of it at the start.

    ``unmatched_places`` are lines of a list (at most a thousand) that are no contact of the department.
    """

    id = fields.UUID()
    position = fields.Integer()
    role = fields.String()
    kind = fields.String()
    segment_id = fields.UUID(allow_none=True)
    other_id = fields.UUID(
        allow_none=True, metadata={"description": "the other campaign, or the wave that picked these"}
    )
    days = fields.Integer(allow_none=True)
    name = fields.String(metadata={"description": "of the file"})
    product = fields.String()
    entries = fields.Integer()
    rejected = fields.Integer(metadata={"description": "lines of the file that name nobody"})
    state = fields.String()
    matched = fields.Integer()
    unmatched = fields.Integer()
    unmatched_places = fields.List(fields.Integer())


class AudienceView(Schema):
    """What a target list is made of, how long it is, and how many were left out for which reason."""

    campaign_id = fields.UUID()
    segment_id = fields.UUID(allow_none=True)
    sources = fields.List(fields.Nested(SourceView))
    targets = fields.Integer(allow_none=True)
    excluded = fields.Dict(keys=fields.String(), values=fields.Integer())


class ExclusionFilter(Schema):
    """Narrows the list of those who were left out."""

    reason = fields.String(validate=validate.OneOf(REASONS))
    contact_id = fields.UUID()


class ExclusionView(Schema):
    """A contact that was left out, and by which source of the audience."""

    contact_id = fields.UUID()
    reason = fields.String()
    source_id = fields.UUID()
