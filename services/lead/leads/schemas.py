"""What leads and reps look like over HTTP."""

from decimal import Decimal
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from services.lead.customers.schemas import line
from services.lead.leads.model import GRADES, OUTCOMES, STATES

_LARGEST = Decimal(10) ** 13


def amount(**options: Any) -> fields.Decimal:
    """Not negative, at most four decimals, as a string on the way out."""
    return fields.Decimal(as_string=True, allow_nan=False, validate=_check_amount, **options)


def currency(**options: Any) -> fields.String:
    """An ISO 4217 code."""
    return fields.String(
        validate=validate.Regexp(r"^[A-Z]{3}\Z", error="Must be an ISO 4217 code."), **options
    )


def _check_amount(value: Decimal) -> None:
    exponent = value.as_tuple().exponent
    if value < 0 or value >= _LARGEST or not isinstance(exponent, int) or exponent < -4:
        raise ValidationError("Must be 0 or more, below ten trillion, with at most four decimals.")


class NewLead(Schema):
    """A lead to record by hand. ``likelihood`` is in percent."""

    contact_id = fields.UUID(required=True)
    campaign_id = fields.UUID(allow_none=True)
    source = fields.String(validate=validate.Length(min=1, max=64))
    needs = fields.String(validate=validate.Length(max=2000))
    intent = line()
    product = line()
    likelihood = fields.Integer(strict=True, validate=validate.Range(0, 100))
    expected_amount = amount()
    expected_currency = currency()

    @validates_schema
    def _amount_needs_currency(self, data: dict[str, Any], **_: Any) -> None:
        if ("expected_amount" in data) != ("expected_currency" in data):
            raise ValidationError("Goes with expected_amount.", "expected_currency")


class Qualification(Schema):
    """A judgement. Only a discard may leave out grade, value and currency; it needs a reason."""

    outcome = fields.String(required=True, validate=validate.OneOf(OUTCOMES))
    grade = fields.String(validate=validate.OneOf(GRADES))
    value = amount()
    currency = currency()
    reason = fields.String(validate=validate.Length(max=2000))

    @validates_schema
    def _valid_leads_have_a_value(self, data: dict[str, Any], **_: Any) -> None:
        if data.get("outcome") == "not_a_target":
            if not data.get("reason", "").strip():
                raise ValidationError("Is needed to discard a lead.", "reason")
            return
        missing = {name: ["Is needed."] for name in ("grade", "value", "currency") if name not in data}
        if missing:
            raise ValidationError(missing)


class Assignment(Schema):
    """Who gets the lead; left out, it goes to the rep whose turn it is."""

    assignee = line(64, allow_none=True)


class LeadFilter(Schema):
    """Which leads to list."""

    state = fields.String(validate=validate.OneOf(STATES))
    campaign_id = fields.UUID()
    contact_id = fields.UUID()
    assignee = line(64)
    department = line(64)


class LeadView(Schema):
    """A lead."""

    id = fields.UUID()
    version = fields.Integer()
    state = fields.String()
    contact_id = fields.UUID()
    customer_id = fields.UUID()
    campaign_id = fields.UUID()
    department = fields.String()
    region = fields.String()
    source = fields.String()
    needs = fields.String()
    intent = fields.String()
    product = fields.String()
    likelihood = fields.Integer()
    expected_amount = fields.Decimal(as_string=True)
    expected_currency = fields.String()
    grade = fields.String()
    value = fields.Decimal(as_string=True)
    currency = fields.String()
    reason = fields.String()
    assignee = fields.String()
    captured_at = fields.DateTime()
    qualified_at = fields.DateTime()
    assigned_at = fields.DateTime()
    why = fields.String(metadata={"description": "what a follow-up wave wanted it for"})
    score = fields.Decimal(as_string=True, metadata={"description": "of a survey, 0 to 10"})


class TouchView(Schema):
    """An answer of the lead's contact."""

    response_id = fields.UUID()
    kind = fields.String()
    verdict = fields.String()
    note = fields.String()
    at = fields.DateTime()


class EntryView(Schema):
    """One thing that happened to the lead."""

    at = fields.DateTime()
    kind = fields.String()
    actor = fields.String()
    note = fields.String()


class LeadDetailView(LeadView):
    """A lead with all that happened to it, oldest first."""

    touches = fields.List(fields.Nested(TouchView))
    timeline = fields.List(fields.Nested(EntryView))


class RepChange(Schema):
    """What of a rep may change."""

    name = line()
    active = fields.Boolean()


class NewRep(Schema):
    """A rep who takes part in the round robin; ``subject`` is how he signs in."""

    subject = line(64, required=True)
    name = line(required=True)
    department = line(64, required=True)


class RepFilter(Schema):
    """Which reps to list."""

    department = line(64)
    active = fields.Boolean()


class RepView(Schema):
    """A sales rep."""

    id = fields.UUID()
    version = fields.Integer()
    subject = fields.String()
    name = fields.String()
    department = fields.String()
    active = fields.Boolean()
    last_assigned_at = fields.DateTime()
    created_at = fields.DateTime()
