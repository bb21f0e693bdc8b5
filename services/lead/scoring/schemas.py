"""What scoring rules and scores look like over HTTP."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from services.lead.customers.schemas import line
from services.lead.leads.model import GRADES
from services.lead.scoring.rules import LEAD_FACTS, OPS, TOUCH_FACTS

MOST_RULES = 200
LARGEST_POINTS = 100_000
NUMBERS = ("at_least", "at_most")
LISTS = ("in", "not_in")


class PlainDecimal(fields.Decimal):
    """A decimal that is kept in a document, as text."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Any:
        return str(super()._deserialize(value, attr, data, **options))


def some_points(least: int = -LARGEST_POINTS, **options: Any) -> PlainDecimal:
    """At most one decimal counts; kept as text."""

    def check(value: str) -> None:
        if not least <= Decimal(value) <= LARGEST_POINTS:
            raise ValidationError(f"Must be from {least} to {LARGEST_POINTS}.")

    return PlainDecimal(places=1, allow_nan=False, validate=check, **options)


class ConditionBody(Schema):
    """``fact op value``: a list for in and not_in, a number for at_least and at_most."""

    fact = fields.String(required=True, validate=validate.OneOf((*LEAD_FACTS, *TOUCH_FACTS)))
    op = fields.String(required=True, validate=validate.OneOf(OPS))
    value = fields.Raw(load_default=None, allow_none=True)

    @validates_schema
    def _value_fits(self, data: dict[str, Any], **_: Any) -> None:
        op, value = data["op"], data.get("value")
        plain = isinstance(value, str | int | float | bool)
        if op in LISTS:
            fits = (
                isinstance(value, list)
                and 0 < len(value) <= 200
                and all(isinstance(one, str | int) for one in value)
            )
        elif op in NUMBERS:
            fits = isinstance(value, int | float) and not isinstance(value, bool)
        else:
            fits = plain or (op == "known" and value is None)
        if not fits:
            raise ValidationError(f"Does not go with {op}.", "value")


class ScoringRuleBody(Schema):
    """Points where all conditions hold, once, or once for each touch; with a half-life they decay."""

    name = line(200, required=True)
    points = some_points(required=True)
    when = fields.List(fields.Nested(ConditionBody), required=True, validate=validate.Length(min=1, max=20))
    per_touch = fields.Boolean(load_default=False)
    most = fields.Integer(strict=True, allow_none=True, validate=validate.Range(1, 1000), load_default=None)
    half_life_days = some_points(least=0, allow_none=True, load_default=None)

    @validates_schema
    def _facts_fit(self, data: dict[str, Any], **_: Any) -> None:
        allowed = TOUCH_FACTS if data["per_touch"] else LEAD_FACTS
        if any(one["fact"] not in allowed for one in data["when"]):
            raise ValidationError(
                f"Facts of {'a touch' if data['per_touch'] else 'the lead'}: {', '.join(allowed)}.", "when"
            )
        if data["most"] is not None and not data["per_touch"]:
            raise ValidationError("Goes with per_touch.", "most")
        if data["half_life_days"] is not None and Decimal(data["half_life_days"]) == 0:
            raise ValidationError("Must be more than 0.", "half_life_days")


class BandBody(Schema):
    """From so many points on, this grade is proposed."""

    grade = fields.String(required=True, validate=validate.OneOf(GRADES))
    points = some_points(required=True)


def _check_rules(rules: list[dict[str, Any]]) -> None:
    if len({one["name"] for one in rules}) < len(rules):
        raise ValidationError("A name is used twice.")


def _check_bands(bands: list[dict[str, Any]]) -> None:
    ordered = sorted(bands, key=lambda one: Decimal(one["points"]), reverse=True)
    grades = [one["grade"] for one in ordered]
    if len(set(grades)) < len(grades) or grades != sorted(grades):
        raise ValidationError("Each grade once, and a better one needs more points.")


def rules(**options: Any) -> fields.List[Any]:
    """Rules, each by a name of its own."""
    checks: list[Callable[[Any], Any]] = [validate.Length(min=1, max=MOST_RULES), _check_rules]
    return fields.List(fields.Nested(ScoringRuleBody), validate=checks, **options)


def bands(**options: Any) -> fields.List[Any]:
    """One for each grade that may be proposed."""
    return fields.List(fields.Nested(BandBody), validate=[validate.Length(min=1), _check_bands], **options)


class NewScoring(Schema):
    """A set of rules; it is in force unless ``active`` is false."""

    department = line(64, required=True)
    name = line(required=True)
    rules = rules(required=True)
    bands = bands(required=True)
    active = fields.Boolean()


class ScoringChange(Schema):
    """What of a set of rules may change."""

    name = line()
    rules = rules()
    bands = bands()
    active = fields.Boolean()


class Design(Schema):
    """Rules or bands to try instead of those that are kept."""

    rules = rules()
    bands = bands()


class ScoringFilter(Schema):
    """Which sets of rules to list."""

    department = line(64)
    active = fields.Boolean()


class ConditionView(Schema):
    """A condition."""

    fact = fields.String()
    op = fields.String()
    value = fields.Raw(allow_none=True)


class ScoringRuleView(Schema):
    """A rule."""

    name = fields.String()
    points = fields.String()
    when = fields.List(fields.Nested(ConditionView))
    per_touch = fields.Boolean()
    most = fields.Integer(allow_none=True)
    half_life_days = fields.String(allow_none=True)


class BandView(Schema):
    """A band."""

    grade = fields.String()
    points = fields.String()


class ScoringView(Schema):
    """A set of rules."""

    id = fields.UUID()
    version = fields.Integer()
    department = fields.String()
    name = fields.String()
    rules = fields.List(fields.Nested(ScoringRuleView))
    bands = fields.List(fields.Nested(BandView))
    active = fields.Boolean()
    changed_by = fields.String()
    changed_at = fields.DateTime()


class ScoringReasonView(Schema):
    """What a rule gave: points that are left of the whole, from so many touches or one lead."""

    rule = fields.String()
    points = fields.Decimal(as_string=True)
    whole = fields.Decimal(as_string=True)
    times = fields.Integer()


class ScoreView(Schema):
    """The score of a lead; ``grade`` is how it was judged, if it was."""

    lead_id = fields.UUID()
    scoring_id = fields.UUID()
    grade = fields.String()
    points = fields.Decimal(as_string=True)
    proposed_grade = fields.String()
    reasons = fields.List(fields.Nested(ScoringReasonView))


class ScoringPreviewView(Schema):
    """What rules would make of the open leads. ``changed``: were judged otherwise."""

    leads = fields.Integer()
    grades = fields.Dict(keys=fields.String(), values=fields.Integer())
    changed = fields.Integer()
    best = fields.List(fields.Nested(ScoreView))
