"""What the directory of staff takes and shows over HTTP."""

from marshmallow import Schema, fields
from marshmallow.validate import Length, OneOf

from contracts.roles import ROLES
from services.outreach.notices.words import KINDS, LANGUAGES


class StaffFilter(Schema):
    """Which people to list."""

    subject = fields.String()
    role = fields.String(validate=OneOf(ROLES))
    department = fields.String()
    active = fields.Boolean()
    q = fields.String(validate=Length(min=1, max=100), metadata={"description": "a part of the name"})


class PersonEntry(Schema):
    """Somebody's entry. ``roles`` and ``departments`` say which notices are theirs, as tokens would."""

    name = fields.String(required=True, validate=Length(min=1, max=200))
    email = fields.String(required=True, validate=Length(min=3, max=254))
    language = fields.String(load_default="en", validate=OneOf(LANGUAGES))
    active = fields.Boolean(load_default=True)
    roles = fields.List(fields.String(validate=OneOf(ROLES)), load_default=list, validate=Length(max=20))
    departments = fields.List(
        fields.String(validate=Length(min=1, max=64)), load_default=list, validate=Length(max=200)
    )


class NewPerson(PersonEntry):
    """The same with what tokens call them."""

    subject = fields.String(required=True, validate=Length(min=1, max=255))


class PersonView(NewPerson):
    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    muted = fields.List(fields.String(), required=True)


class Muting(Schema):
    """The kinds of notices that one does not want."""

    muted = fields.List(fields.String(validate=OneOf(KINDS)), required=True, validate=Length(max=len(KINDS)))
