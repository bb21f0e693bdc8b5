"""What customers and contacts look like over HTTP."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields, validate

from services.lead.customers.model import CHANNELS, KINDS
from services.lead.customers.reach import TEXT_LIMIT, tidy
from services.lead.customers.validity import VALIDITIES


class Line(fields.String):
    """A text on one line, without blanks around it."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **options: Any
    ) -> str:
        return tidy(super()._deserialize(value, attr, data, **options))


def line(limit: int = TEXT_LIMIT, **options: Any) -> Line:
    """A text of at most ``limit`` characters; blank unless it is required."""
    least = 1 if options.get("required") else 0
    return Line(validate=validate.Length(min=least, max=limit), **options)


def code(**options: Any) -> fields.String:
    """The code of a row in a list of a department."""
    rule = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}\Z"
    said = "Must be at most 64 letters, digits, dots, dashes and underscores, a letter or digit first."
    return fields.String(validate=validate.Regexp(rule, error=said), **options)


def attributes() -> fields.Dict:
    """Values of the attributes that the department defined, by their codes."""
    told = {"description": "values by the code of the attribute; null takes one away"}
    keys = fields.String(validate=validate.Length(max=64))
    return fields.Dict(keys=keys, validate=validate.Length(max=200), metadata=told)


def kind() -> fields.String:
    """What the customer or contact is to the business."""
    return fields.String(validate=validate.OneOf((*KINDS, "")))


_WITHIN = {"description": "the code, or that of one below it in the tree of the department"}
_MERGED = {"description": "show those that were merged into others, which are left out otherwise"}


class OwnerChange(Schema):
    """Who looks after it from now on, and why."""

    owner = line(64, required=True)
    reason = line(required=True)


class ChannelVerdict(Schema):
    """What somebody found out about an address."""

    validity = fields.String(required=True, validate=validate.OneOf(VALIDITIES))
    reason = line(required=True)


class ChannelView(Schema):
    """An address or number of a contact, how good it is, and since when that holds."""

    channel = fields.String()
    address = fields.String()
    validity = fields.String()
    reason = fields.String()
    checked_at = fields.DateTime()


class CustomerChange(Schema):
    """Basics of a customer; those that are left out stay as they are."""

    name = Line(validate=validate.Length(min=1, max=TEXT_LIMIT))
    kind = kind()
    region = line()
    source = line(64)
    owner = line(64)
    attributes = attributes()
    main_contact_id = fields.UUID(allow_none=True)


class NewCustomer(Schema):
    """A customer to record."""

    name = line(required=True)
    kind = kind()
    region = line()
    source = line(64)
    owner = line(64)
    attributes = attributes()
    department = line(64, required=True)


class _Kept(Schema):
    """Which customers or contacts to list, by what both have."""

    kind = kind()
    region = line()
    region_within = line(metadata=_WITHIN)
    source = line(64)
    source_within = line(64, metadata=_WITHIN)
    department = line(64)
    owner = line(64)
    changed_since = fields.AwareDateTime()
    merged = fields.Boolean(metadata=_MERGED)


class CustomerFilter(_Kept):
    """Which customers to list."""

    q = Line(metadata={"description": "part of the name, or of a contact's name or address"})


class CustomerView(Schema):
    """A customer."""

    id = fields.UUID()
    version = fields.Integer()
    name = fields.String()
    kind = fields.String()
    region = fields.String()
    source = fields.String()
    department = fields.String()
    owner = fields.String()
    attributes = fields.Dict()
    main_contact_id = fields.UUID(allow_none=True)
    merged_into = fields.UUID(allow_none=True)
    created_at = fields.DateTime()
    changed_at = fields.DateTime()


class AddressSchema(Schema):
    """Where letters go. ``lines`` stand between the name and the city, as the post expects them."""

    lines = fields.List(line(required=True), required=True, validate=validate.Length(min=1, max=4))
    postal_code = line(32)
    city = line()
    country = line(64, required=True, metadata={"description": "ISO 3166 code, or the name of the country"})


class ContactChange(Schema):
    """Basics of a contact; those that are left out stay as they are."""

    given_name = line()
    family_name = line()
    company = line()
    kind = kind()
    email = line(320, allow_none=True)
    phone = line(64, allow_none=True)
    region = line()
    language = line(64)
    source = line(64)
    owner = line(64)
    customer_id = fields.UUID(allow_none=True)
    role = line(64, metadata={"description": "what the contact is to its customer, such as decision_maker"})
    attributes = attributes()
    country = line(64, metadata={"description": "ISO 3166 code, or the name of the country"})
    time_zone = line(64, metadata={"description": "IANA name, such as Europe/Berlin"})
    fax = line(64, allow_none=True)
    chat = line(320, allow_none=True, metadata={"description": "address of a chat service, as a URL"})
    external_id = line(allow_none=True, metadata={"description": "what another system calls the contact"})
    address = fields.Nested(AddressSchema, allow_none=True)


class NewContact(ContactChange):
    """A contact to record."""

    department = line(64, required=True)


class ContactFilter(_Kept):
    """Which contacts to list."""

    q = Line(metadata={"description": "part of the name, company, address or number"})
    external_id = line()
    email = Line(metadata={"description": "the whole email address"})
    phone = Line(metadata={"description": "the whole number in E.164 form"})
    customer_id = fields.UUID()
    role = line(64)
    language = line(64)
    country = line(64)
    consent = fields.String(
        validate=validate.OneOf(CHANNELS), metadata={"description": "the channel that they agreed to"}
    )


class ConsentView(Schema):
    """What holds for a channel now."""

    channel = fields.String()
    granted = fields.Boolean()
    source = fields.String()
    changed_at = fields.DateTime()


class ContactView(Schema):
    """A contact. ``version`` grows with every change."""

    id = fields.UUID()
    version = fields.Integer(attribute="revision")
    customer_id = fields.UUID()
    given_name = fields.String()
    family_name = fields.String()
    company = fields.String()
    kind = fields.String()
    external_id = fields.String(allow_none=True)
    email = fields.String()
    phone = fields.String()
    region = fields.String()
    language = fields.String()
    source = fields.String()
    department = fields.String()
    owner = fields.String()
    country = fields.String()
    time_zone = fields.String()
    fax = fields.String()
    chat = fields.String()
    address = fields.Nested(AddressSchema)
    consents = fields.List(fields.Nested(ConsentView))
    role = fields.String()
    attributes = fields.Dict()
    channels = fields.List(fields.Nested(ChannelView))
    merged_into = fields.UUID(allow_none=True)
    erased_at = fields.DateTime(allow_none=True)
    created_at = fields.DateTime()
    changed_at = fields.DateTime()


class ConsentWord(Schema):
    """A contact's word on a channel: what was agreed to or withdrawn, in which wording, and where."""

    granted = fields.Boolean(required=True)
    wording = fields.String(required=True, validate=validate.Length(min=1, max=2000))
    source = line(64, required=True)


class ConsentProofView(Schema):
    """One recorded word on consent."""

    id = fields.UUID()
    channel = fields.String()
    granted = fields.Boolean()
    wording = fields.String()
    source = fields.String()
    recorded_by = fields.String()
    recorded_at = fields.DateTime()
    evidence = fields.Dict(allow_none=True)
