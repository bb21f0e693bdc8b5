"""What leads and reps look like over HTTP."""

from decimal import Decimal
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from services.lead.customers.schemas import attributes, line
from services.lead.leads.model import GRADES
from services.lead.leads.states import OUTCOMES, STATES

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


def documents() -> fields.List[Any]:
    """Files that were uploaded before, by id."""
    return fields.List(fields.UUID(), validate=validate.Length(max=20))


def products() -> fields.List[Any]:
    """Names or codes of products, each once."""
    return fields.List(line(required=True), validate=[validate.Length(max=20), _each_once])


def _each_once(names: list[str]) -> None:
    if len({name.casefold() for name in names}) < len(names):
        raise ValidationError("Names one twice.")


def text(**options: Any) -> fields.String:
    """A text of several lines; not blank where it is required."""
    least = [_not_blank] if options.get("required") else []
    return fields.String(validate=[validate.Length(max=2000), *least], **options)


def _not_blank(value: str) -> None:
    if not value.strip():
        raise ValidationError("Is needed.")


class LeadBasics(Schema):
    """What is known of a potential sale. ``likelihood`` is in percent."""

    needs = fields.String(validate=validate.Length(max=2000))
    intent = line()
    products = products()
    language = line(35)
    notes = fields.String(validate=validate.Length(max=2000))
    documents = documents()
    attributes = attributes()
    expected_on = fields.Date(metadata={"description": "when it is expected to be sold"})


class NewLead(LeadBasics):
    """A lead to record by hand."""

    contact_id = fields.UUID(required=True)
    campaign_id = fields.UUID(allow_none=True)
    source = fields.String(validate=validate.Length(min=1, max=64))
    likelihood = fields.Integer(strict=True, validate=validate.Range(0, 100))
    expected_amount = amount()
    expected_currency = currency()

    @validates_schema
    def _amount_needs_currency(self, data: dict[str, Any], **_: Any) -> None:
        if ("expected_amount" in data) != ("expected_currency" in data):
            raise ValidationError("Goes with expected_amount.", "expected_currency")


class LeadChange(LeadBasics):
    """What of a lead to correct; what is left out stays as it is."""

    likelihood = fields.Integer(strict=True, allow_none=True, validate=validate.Range(0, 100))
    expected_amount = amount(allow_none=True)
    expected_currency = currency(allow_none=True)
    expected_on = fields.Date(allow_none=True)


class Return(Schema):
    """Why a lead goes back, and to which pool; left out, to that of returned leads."""

    reason = text(required=True)
    pool = line(64)


class Start(Schema):
    """The beginning of work on a lead."""

    note = text()


class Rest(Schema):
    """Until when a lead is laid aside, and why."""

    wake_at = fields.AwareDateTime(required=True)
    reason = text(required=True)


class Wake(Schema):
    """Why a lead is taken up again."""

    why = text(required=True)


class Pooling(Schema):
    """Which pool a lead goes to, and why."""

    pool = line(64, required=True)
    why = text(required=True)


class Conversion(Schema):
    """The opportunity that a lead becomes."""

    name = line(required=True)
    amount = amount(required=True)
    currency = currency(required=True)
    closes_on = fields.Date(allow_none=True)


class LeadFilter(Schema):
    """Which leads to list. ``captured_until`` is the first moment that counts no more."""

    state = fields.String(validate=validate.OneOf(STATES))
    outcome = fields.String(validate=validate.OneOf(OUTCOMES))
    grade = fields.String(validate=validate.OneOf(GRADES))
    assignee = line(64)
    pool = line(64)
    source = line(64)
    campaign_id = fields.UUID()
    contact_id = fields.UUID()
    department = line(64)
    region = line()
    captured_from = fields.AwareDateTime()
    captured_until = fields.AwareDateTime()
    text = line(metadata={"description": "part of what is said of it, or of the contact's name or email"})


class OpportunityView(Schema):
    """What a lead became."""

    id = fields.UUID()
    name = fields.String()
    amount = fields.String()
    currency = fields.String()
    closes_on = fields.String()


class LeadView(Schema):
    """A lead. An open one has an ``assignee`` or lies in a ``pool``, never both."""

    id = fields.UUID()
    version = fields.Integer()
    state = fields.String()
    assignee = fields.String()
    pool = fields.String()
    previous = fields.String(metadata={"description": "who had it before"})
    contact_id = fields.UUID()
    customer_id = fields.UUID()
    campaign_id = fields.UUID()
    department = fields.String()
    region = fields.String()
    source = fields.String()
    needs = fields.String()
    intent = fields.String()
    products = fields.List(fields.String())
    language = fields.String()
    notes = fields.String()
    attributes = fields.Dict()
    documents = fields.List(fields.UUID())
    likelihood = fields.Integer()
    expected_amount = fields.Decimal(as_string=True)
    expected_currency = fields.String()
    expected_on = fields.Date()
    outcome = fields.String()
    grade = fields.String()
    value = fields.Decimal(as_string=True)
    currency = fields.String()
    reason = fields.String()
    opportunity = fields.Nested(OpportunityView)
    touch_count = fields.Integer(metadata={"description": "how often the contact was heard of"})
    captured_by = fields.String()
    captured_at = fields.DateTime()
    touched_at = fields.DateTime()
    moved_at = fields.DateTime(metadata={"description": "since when it is where it is"})
    accept_by = fields.DateTime()
    wake_at = fields.DateTime()
    qualified_at = fields.DateTime()
    assigned_at = fields.DateTime()
    accepted_at = fields.DateTime()
    converted_at = fields.DateTime()
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
    on_behalf_of = fields.String()
    note = fields.String()


class LeadDetailView(LeadView):
    """A lead with all that happened to it, oldest first."""

    touches = fields.List(fields.Nested(TouchView))
    timeline = fields.List(fields.Nested(EntryView))
