"""What public holidays look like over HTTP."""

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from services.lead.customers.schemas import line
from services.lead.holidays.almanac import Whose

MOST_YEARS = 10


class HolidayFill(Schema):
    """Whose holidays go into a calendar, and of which years: this and the next unless they are named."""

    country = fields.String(
        required=True,
        validate=validate.Regexp(r"^[A-Za-z]{2}\Z", error="Must be two letters, an ISO 3166 code."),
    )
    subdivision = line(64, load_default="", metadata={"description": "a part of the country, such as BY"})
    language = line(16, load_default="", metadata={"description": "of the names, such as en_US"})
    years = fields.List(
        fields.Integer(strict=True, validate=validate.Range(1970, 2200)),
        load_default=(),
        validate=validate.Length(max=MOST_YEARS),
    )
    renew = fields.Boolean(
        metadata={"description": "whether later years follow by themselves; left as it is unless given"}
    )

    @post_load
    def _together(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        whose = Whose(data.pop("country").upper(), data.pop("subdivision"), data.pop("language"))
        return {"whose": whose, **data}


class CountryView(Schema):
    """A country whose holidays are known."""

    code = fields.String()
    name = fields.String()
    subdivisions = fields.List(fields.String())
    languages = fields.List(fields.String())


class CountriesView(Schema):
    """The countries whose holidays are known."""

    countries = fields.List(fields.Nested(CountryView))
