"""Limits over HTTP."""

from marshmallow import Schema, fields
from marshmallow.validate import Length, OneOf, Range, Regexp

from services.outreach.limits.model import POSTPONE, SCOPES, SUPPRESS
from services.outreach.suppressions.model import CHANNELS

CLOCK = Regexp(r"^([01]\d|2[0-3]):[0-5]\d$", error="Must be hh:mm")
DOMAIN = Regexp(r"^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$", error="Must be a domain in its ASCII form")


class QuietHoursRequest(Schema):
    """When copies may go out over a channel to a country, or a region of it, on the contact's clock.

    ``department`` may be ``*``. An empty country or region is all of them. Monday is 1.
    """

    department = fields.String(required=True, validate=Length(min=1, max=64))
    channel = fields.String(required=True, validate=OneOf(CHANNELS))
    country = fields.String(load_default="", validate=Regexp("^([A-Z]{2})?$", error="Must be ISO 3166-1"))
    region = fields.String(load_default="", validate=Length(max=100))
    opens = fields.String(required=True, validate=CLOCK)
    closes = fields.String(required=True, validate=CLOCK)
    days = fields.List(
        fields.Integer(validate=Range(1, 7)),
        load_default=lambda: [1, 2, 3, 4, 5, 6, 7],
        validate=Length(1, 7),
    )
    source = fields.String(load_default="", validate=Length(max=2000))


class QuietHoursView(QuietHoursRequest):
    """Hours that people set."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    added_by = fields.String(required=True)
    added_at = fields.AwareDateTime(required=True)


class FrequencyCapRequest(Schema):
    """At most ``copies`` in ``days`` for a contact, over the ``channels`` together; none named is all.

    ``department`` may be ``*``. ``exempt_kinds`` are kinds of campaigns. ``over`` says what becomes of a
    copy beyond the cap.
    """

    name = fields.String(required=True, validate=Length(min=1, max=200))
    department = fields.String(required=True, validate=Length(min=1, max=64))
    channels = fields.List(fields.String(validate=OneOf(CHANNELS)), load_default=list)
    copies = fields.Integer(required=True, validate=Range(0, 1000))
    days = fields.Integer(required=True, validate=Range(1, 366))
    exempt_kinds = fields.List(fields.String(validate=Length(min=1, max=64)), load_default=list)
    over = fields.String(load_default=SUPPRESS, validate=OneOf((SUPPRESS, POSTPONE)))


class FrequencyCapView(FrequencyCapRequest):
    """A frequency cap."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    added_by = fields.String(required=True)
    added_at = fields.AwareDateTime(required=True)


class RateLimitRequest(Schema):
    """At most ``per_second`` in the long run and ``burst`` at once.

    ``key`` is a provider or channel, or a domain; ``*`` is each that has no limit of its own.
    """

    scope = fields.String(required=True, validate=OneOf(SCOPES))
    key = fields.String(required=True, validate=Length(min=1, max=253))
    per_second = fields.Float(required=True, validate=Range(0.0001, 1_000_000))
    burst = fields.Integer(validate=Range(1, 10_000_000))


class RateLimitView(RateLimitRequest):
    """A rate limit, shared by all senders."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    added_by = fields.String(required=True)
    added_at = fields.AwareDateTime(required=True)


class WarmUpRequest(Schema):
    """How many copies a sending domain may send on each day, in UTC. After the last one there is no limit."""

    sending_domain = fields.String(required=True, validate=[DOMAIN, Length(max=253)])
    maxima = fields.List(
        fields.Integer(validate=Range(1, 100_000_000)), required=True, validate=Length(1, 366)
    )
    starts_on = fields.Date()


class WarmUpView(WarmUpRequest):
    """A warm-up plan."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    added_by = fields.String(required=True)
    added_at = fields.AwareDateTime(required=True)
