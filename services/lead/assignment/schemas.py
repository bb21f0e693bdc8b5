"""What reps, rule sets and assignments look like over HTTP."""

import zoneinfo
from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from services.lead.assignment.hours import WEEKDAYS, minutes
from services.lead.assignment.rules import STRATEGIES
from services.lead.assignment.turns import HEAVIEST
from services.lead.customers.schemas import line
from services.lead.leads.model import GRADES

MOST_RULES = 2000
_LARGEST = 10**13


def codes(limit: int = 500) -> fields.List[str]:
    """A list of short texts, each once."""
    return fields.List(line(255, required=True), validate=[validate.Length(max=limit), _each_once])


def _each_once(values: list[str]) -> None:
    if len({value.casefold() for value in values}) < len(values):
        raise ValidationError("Names one twice.")


def _check_zone(name: str) -> None:
    if name not in zoneinfo.available_timezones():
        raise ValidationError("Is not an IANA time zone.")


def _check_clock(text: str) -> None:
    try:
        minutes(text)
    except ValueError as error:
        raise ValidationError("Must be a time of day such as 09:00.") from error


class Absence(Schema):
    """A period, from a moment until right before another."""

    starts_at = fields.AwareDateTime(required=True)
    ends_at = fields.AwareDateTime(required=True)
    reason = line(200, load_default="")

    @post_load
    def _as_kept(self, data: Mapping[str, Any], **_: Any) -> dict[str, str]:
        times = {name: data[name].isoformat() for name in ("starts_at", "ends_at")}
        return {**times, "reason": data["reason"]}


def _week() -> fields.Dict:
    clock = fields.String(validate=_check_clock)
    span = fields.List(clock, validate=validate.Length(equal=2))
    return fields.Dict(
        keys=fields.String(validate=validate.OneOf(WEEKDAYS)),
        values=fields.List(span, validate=validate.Length(min=1, max=6)),
        metadata={"description": 'such as {"mon": [["09:00", "12:30"], ["13:30", "18:00"]]}; empty: always'},
    )


class RepChange(Schema):
    """What of a rep may change; what is left out stays. Empty lists take every lead."""

    name = line()
    active = fields.Boolean()
    team = line(64)
    weight = fields.Integer(strict=True, validate=validate.Range(1, HEAVIEST))
    capacity = fields.Integer(
        strict=True, allow_none=True, validate=validate.Range(0, 10_000), metadata={"description": "per day"}
    )
    most_open = fields.Integer(strict=True, allow_none=True, validate=validate.Range(0, 100_000))
    territories = codes()
    products = codes()
    sources = codes()
    languages = codes()
    time_zone = fields.String(validate=_check_zone, metadata={"description": "IANA name"})
    working_hours = _week()
    absences = fields.List(fields.Nested(Absence), validate=validate.Length(max=100))


class NewRep(RepChange):
    """A rep who takes leads; ``subject`` is how he signs in."""

    subject = line(64, required=True)
    name = line(required=True)
    department = line(64, required=True)


class RepFilter(Schema):
    """Which reps to list."""

    department = line(64)
    active = fields.Boolean()
    team = line(64)
    subject = line(64)


class AbsenceView(Schema):
    """A period of absence."""

    starts_at = fields.String()
    ends_at = fields.String()
    reason = fields.String()


class RepView(Schema):
    """A sales rep with what he takes."""

    id = fields.UUID()
    version = fields.Integer()
    subject = fields.String()
    name = fields.String()
    department = fields.String()
    active = fields.Boolean()
    team = fields.String()
    weight = fields.Integer()
    capacity = fields.Integer()
    most_open = fields.Integer()
    territories = fields.List(fields.String())
    products = fields.List(fields.String())
    sources = fields.List(fields.String())
    languages = fields.List(fields.String())
    time_zone = fields.String()
    working_hours = fields.Dict()
    absences = fields.List(fields.Nested(AbsenceView))
    last_assigned_at = fields.DateTime()
    created_at = fields.DateTime()


def _amount() -> fields.Decimal:
    within = validate.Range(min=0, max=_LARGEST)
    return fields.Decimal(allow_none=True, load_default=None, allow_nan=False, validate=within)


def _named() -> fields.List[str]:
    found = codes()
    found.load_default = list
    return found


class RuleBody(Schema):
    """One rule: conditions, and either how to choose among whom, or a pool.

    ``code`` stays the same from version to version, so that everybody keeps his turn. ``least`` is inclusive,
    ``below`` exclusive; both need the currency.
    """

    code = fields.String(required=True, validate=validate.Length(min=1, max=64))
    name = line(200, required=True)
    regions = _named()
    products = _named()
    sources = _named()
    languages = _named()
    grades = fields.List(fields.String(validate=validate.OneOf(GRADES)), load_default=list)
    campaigns = fields.List(fields.UUID(), load_default=list, validate=validate.Length(max=500))
    least = _amount()
    below = _amount()
    currency = fields.String(
        load_default="", validate=validate.Regexp(r"^([A-Z]{3})?\Z", error="Must be an ISO 4217 code.")
    )
    by = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(STRATEGIES))
    team = line(64, load_default="")
    reps = _named()
    pool = line(64, load_default="")
    accept_hours = fields.Float(
        load_default=None,
        allow_none=True,
        allow_nan=False,
        validate=validate.Range(min=0, min_inclusive=False, max=24 * 365),
        metadata={"description": "working hours to accept within; left out: the setting"},
    )

    @validates_schema
    def _does_one_thing(self, data: dict[str, Any], **_: Any) -> None:
        if (data["by"] is None) == (not data["pool"]):
            raise ValidationError("Say either how to choose, or a pool.", "by")
        if data["pool"] and (data["team"] or data["reps"] or data["accept_hours"] is not None):
            raise ValidationError("Goes without reps, team and accept_hours.", "pool")

    @validates_schema
    def _amounts_make_sense(self, data: dict[str, Any], **_: Any) -> None:
        bounded = data["least"] is not None or data["below"] is not None
        if bounded != bool(data["currency"]):
            raise ValidationError("Goes with least or below.", "currency")
        if None not in (data["least"], data["below"]) and data["least"] >= data["below"]:
            raise ValidationError("Must be more than least.", "below")

    @post_load
    def _as_kept(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        amounts = {name: None if data[name] is None else str(data[name]) for name in ("least", "below")}
        return {**data, **amounts, "campaigns": [str(one) for one in data["campaigns"]]}


class NewRuleSet(Schema):
    """The next version of a department's rules, the first that fits decides."""

    department = line(64, required=True)
    note = line(500, load_default="")
    rules = fields.List(fields.Nested(RuleBody), required=True, validate=validate.Length(1, MOST_RULES))


class RuleSetFilter(Schema):
    """Which rule sets to list; ``active``: those in force."""

    department = line(64)
    active = fields.Boolean()


class RuleSetRow(Schema):
    """A version of a department's rules, in brief."""

    id = fields.UUID()
    version = fields.Integer()
    department = fields.String()
    number = fields.Integer()
    note = fields.String()
    active = fields.Boolean()
    published_by = fields.String()
    published_at = fields.DateTime()


class RuleSetView(RuleSetRow):
    """A version of a department's rules."""

    rules = fields.List(fields.Dict())


class Assignment(Schema):
    """Who gets the lead; left out, the rules say."""

    assignee = line(64, allow_none=True)
    note = line(500, load_default="", metadata={"description": "why this one, for the timeline"})


class Trial(Schema):
    """A lead that may be made up, to see what the rules would do with it."""

    department = line(64, required=True)
    region = line(load_default="")
    products = _named()
    source = line(64, load_default="")
    language = line(64, load_default="")
    grade = fields.String(load_default="", validate=validate.OneOf((*GRADES, "")))
    campaign_id = fields.UUID(load_default=None, allow_none=True)
    amount = _amount()
    currency = fields.String(load_default="")


class ChoiceView(Schema):
    """What the rules would do now, and why."""

    rep = fields.String()
    pool = fields.String()
    why = fields.String()
