"""What came in by mail, over HTTP."""

from marshmallow import Schema, fields
from marshmallow.validate import Length, OneOf, Regexp

from services.outreach.hearing.model import IGNORED, STATES
from services.outreach.hearing.reading import KINDS, UNRECOGNISED

VERDICTS = ("hard", "soft")
BY_HAND_KINDS = (*(kind for kind in KINDS if kind != UNRECOGNISED), IGNORED)


class InboundMailFilter(Schema):
    """Which mails to list."""

    state = fields.String(validate=OneOf(STATES))
    kind = fields.String(validate=OneOf((*KINDS, IGNORED)))
    verdict = fields.String(validate=OneOf(VERDICTS))
    reason = fields.String(validate=Length(max=100))
    mailing_id = fields.UUID()
    delivery_id = fields.UUID()


class SortingRequest(Schema):
    """What a mail is. A bounce needs a verdict; what is about a delivery needs one where none was found."""

    kind = fields.String(required=True, validate=OneOf(BY_HAND_KINDS))
    verdict = fields.String(validate=OneOf(VERDICTS))
    delivery_id = fields.UUID()
    reason = fields.String(load_default="", validate=Regexp("^([a-z][a-z_]{0,60})?$"))
    note = fields.String(load_default="", validate=Length(max=2000))


class InboundMailView(Schema):
    """A mail that came in. ``state`` is waiting, done, unmatched, unrecognised or set_aside."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    department = fields.String(required=True)
    source = fields.String(required=True)
    sender = fields.String(required=True)
    recipients = fields.List(fields.String(), required=True)
    size = fields.Integer(required=True)
    received_at = fields.AwareDateTime(required=True)
    state = fields.String(required=True)
    sorted_at = fields.AwareDateTime(required=True, allow_none=True)
    written_by = fields.String(required=True)
    subject = fields.String(required=True)
    kind = fields.String(required=True, allow_none=True)
    verdict = fields.String(required=True, allow_none=True)
    reason = fields.String(required=True)
    rule = fields.String(required=True)
    rules_version = fields.Integer(required=True, allow_none=True)
    status = fields.String(required=True)
    answer = fields.String(required=True)
    address = fields.String(required=True)
    delivery_id = fields.UUID(required=True, allow_none=True)
    mailing_id = fields.UUID(required=True, allow_none=True)
    contact_id = fields.UUID(required=True, allow_none=True)
    found_by = fields.String(required=True, allow_none=True)
    candidates = fields.List(fields.UUID(), required=True)
    handled_by = fields.String(required=True, allow_none=True)


class InboundMailDetail(InboundMailView):
    """A mail with its words; ``text`` is null once the body is gone."""

    text = fields.String(required=True, allow_none=True)
