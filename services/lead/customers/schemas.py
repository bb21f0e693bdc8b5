"""What customers and contacts look like over HTTP."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields, validate

from services.lead.customers.model import KINDS
from services.lead.customers.reach import TEXT_LIMIT, tidy


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


def kind() -> fields.String:
    """What the customer or contact is to the business."""
    return fields.String(validate=validate.OneOf((*KINDS, "")))


class CustomerChange(Schema):
    """Basics of a customer; those that are left out stay as they are."""

    name = Line(validate=validate.Length(min=1, max=TEXT_LIMIT))
    kind = kind()
    region = line()
    source = line(64)
    owner = line(64)


class NewCustomer(CustomerChange):
    """A customer to record."""

    name = line(required=True)
    department = line(64, required=True)


class CustomerFilter(Schema):
    """Which customers to list."""

    q = Line(metadata={"description": "part of the name"})
    kind = kind()
    region = line()
    department = line(64)
    owner = line(64)


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
    country = line(64, metadata={"description": "ISO 3166 code, or the name of the country"})
    time_zone = line(64, metadata={"description": "IANA name, such as Europe/Berlin"})
    fax = line(64, allow_none=True)
    chat = line(320, allow_none=True, metadata={"description": "address of a chat service, as a URL"})
    address = fields.Nested(AddressSchema, allow_none=True)


class NewContact(ContactChange):
    """A contact to record."""

    department = line(64, required=True)


class ContactFilter(Schema):
    """Which contacts to list."""

    q = Line(metadata={"description": "part of the name, company or email address"})
    email = Line(metadata={"description": "the whole email address"})
    phone = Line(metadata={"description": "the whole number in E.164 form"})
    kind = kind()
    region = line()
    source = line(64)
    department = line(64)
    owner = line(64)
    customer_id = fields.UUID()


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
