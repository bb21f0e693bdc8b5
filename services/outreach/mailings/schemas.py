"""Mailings over HTTP."""

from marshmallow import Schema, fields
from marshmallow.validate import Length, OneOf

from services.outreach.mailings.feedback import KINDS
from services.outreach.mailings.model import DELIVERY_STATES, MAILING_STATES
from services.outreach.mailings.preview import MOST_CONTACTS
from services.outreach.mailings.resends import MOST
from services.outreach.mailings.seeds import MOST_ADDRESSES
from services.outreach.suppressions.model import CHANNELS

REASON = Length(min=1, max=2000)


class MailingFilter(Schema):
    """Which mailings to list."""

    campaign_id = fields.UUID()
    wave_id = fields.UUID()
    resend_of = fields.UUID()
    state = fields.String(validate=OneOf(MAILING_STATES))
    channel = fields.String(validate=OneOf(CHANNELS))


class DeliveryFilter(Schema):
    """Which deliveries to list. ``variant`` counts from 0."""

    state = fields.String(validate=OneOf(DELIVERY_STATES))
    reason = fields.String(validate=Length(max=2000))
    feedback = fields.String(validate=OneOf(KINDS))
    variant = fields.Integer()


class PauseRequest(Schema):
    """Why a mailing is to stand still."""

    reason = fields.String(load_default="", validate=Length(max=2000))


class CancelRequest(Schema):
    """Why a mailing is given up."""

    reason = fields.String(load_default="", validate=Length(max=2000))


class VariantRequest(Schema):
    """The name of the variant that the rest of the recipients gets."""

    variant = fields.String(required=True, validate=Length(min=1, max=64))


class ResendRequest(Schema):
    """Why uncertain deliveries are sent again; without ``delivery_ids`` it is all of them."""

    reason = fields.String(required=True, validate=REASON)
    delivery_ids = fields.List(fields.UUID(), validate=Length(min=1, max=MOST))


class TemplateSeedRequest(Schema):
    """Internal addresses that a template is sent to, and whose values it is filled with."""

    addresses = fields.List(
        fields.String(validate=Length(min=1, max=320)),
        required=True,
        validate=Length(min=1, max=MOST_ADDRESSES),
    )
    contact_id = fields.UUID()


class MailingSeedRequest(TemplateSeedRequest):
    """The same for what a mailing says, or one of its variants."""

    variant = fields.String()


class SeedResultView(Schema):
    """What became of one address: the fate of a copy, or unsendable."""

    address = fields.String(required=True)
    fate = fields.String(required=True)
    text = fields.String(required=True)


class SeedSendView(Schema):
    """A test send. ``state`` is queued, sending or done; then the results are there."""

    id = fields.UUID(required=True)
    department = fields.String(required=True)
    template_id = fields.UUID(required=True)
    mailing_id = fields.UUID(required=True, allow_none=True)
    contact_id = fields.UUID(required=True, allow_none=True)
    channel = fields.String(required=True)
    addresses = fields.List(fields.String(), required=True)
    state = fields.String(required=True)
    results = fields.List(fields.Nested(SeedResultView), required=True)
    asked_by = fields.String(required=True)
    asked_at = fields.AwareDateTime(required=True)
    done_at = fields.AwareDateTime(required=True, allow_none=True)


class PreviewRequest(Schema):
    """A channel and contacts that a wave would go to. ``campaign_id`` names the campaign it is of."""

    channel = fields.String(required=True, validate=OneOf(CHANNELS))
    department = fields.String(required=True, validate=Length(min=1, max=64))
    campaign_id = fields.UUID()
    contact_ids = fields.List(fields.UUID(), required=True, validate=Length(min=1, max=MOST_CONTACTS))


class ExclusionView(Schema):
    """Why some contacts would get no copy."""

    reason = fields.String(required=True)
    contacts = fields.Integer(required=True)


class OverlapView(Schema):
    """A campaign that has mailings under way to some of the contacts."""

    campaign_id = fields.UUID(required=True)
    campaign_code = fields.String(required=True)
    campaign_name = fields.String(required=True)
    contacts = fields.Integer(required=True)


class AudiencePreviewView(Schema):
    """``contacts`` = ``reachable`` + all ``excluded``. The ``postponed`` are reachable, but later: a cap."""

    contacts = fields.Integer(required=True)
    reachable = fields.Integer(required=True)
    postponed = fields.Integer(required=True)
    excluded = fields.List(fields.Nested(ExclusionView), required=True)
    overlaps = fields.List(fields.Nested(OverlapView), required=True)


class MailingView(Schema):
    """A mailing with the outcomes recorded so far.

    ``state`` is draft, scheduled, sending, paused, finished or cancelled. ``finished_at`` is set once every
    recipient is accounted for, of a cancelled mailing too. ``next_at`` is when limited rates let it go on.
    """

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    wave_id = fields.UUID(required=True)
    campaign_id = fields.UUID(required=True)
    department = fields.String(required=True)
    channel = fields.String(required=True)
    template_id = fields.UUID(required=True)
    state = fields.String(required=True)
    recipients = fields.Integer(required=True)
    accepted = fields.Integer(required=True)
    failed = fields.Integer(required=True)
    suppressed = fields.Integer(required=True)
    uncertain = fields.Integer(required=True)
    released_at = fields.AwareDateTime(required=True)
    started_at = fields.AwareDateTime(required=True, allow_none=True)
    finished_at = fields.AwareDateTime(required=True, allow_none=True)
    schedule = fields.Dict(required=True, allow_none=True)
    starts_at = fields.AwareDateTime(required=True, allow_none=True)
    expires_at = fields.AwareDateTime(required=True, allow_none=True)
    next_at = fields.AwareDateTime(required=True, allow_none=True)
    paused_by = fields.String(required=True, allow_none=True)
    pause_reason = fields.String(required=True, allow_none=True)
    cancelled_by = fields.String(required=True, allow_none=True)
    cancel_reason = fields.String(required=True, allow_none=True)
    resend_of = fields.UUID(required=True, allow_none=True)
    resend_reason = fields.String(required=True, allow_none=True)


class MailingDetail(MailingView):
    """A mailing as it stands now: ``counts`` by state, copies a second, and when it will be done.

    ``waiting`` of the queued wait for the decision of the ``trial``. ``bounced`` (for good) and
    ``complained`` were heard of after they were accepted.
    """

    counts = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    waiting = fields.Integer(required=True)
    rate = fields.Float(required=True)
    estimated_end = fields.AwareDateTime(required=True, allow_none=True)
    bounced = fields.Integer(required=True)
    complained = fields.Integer(required=True)
    trial = fields.Dict(required=True, allow_none=True)


class DeliveryView(Schema):
    """One target's copy. ``answer`` is what the other side said last, ``feedback`` what was heard later."""

    id = fields.UUID(required=True)
    target_id = fields.UUID(required=True)
    contact_id = fields.UUID(required=True)
    state = fields.String(required=True)
    attempts = fields.Integer(required=True)
    reason = fields.String(required=True)
    answer = fields.String(required=True)
    due_at = fields.AwareDateTime(required=True)
    ended_at = fields.AwareDateTime(required=True, allow_none=True)
    variant = fields.Integer(required=True, allow_none=True)
    feedback = fields.String(required=True, allow_none=True)
    feedback_reason = fields.String(required=True, allow_none=True)
    feedback_at = fields.AwareDateTime(required=True, allow_none=True)
    provider_id = fields.String(required=True, allow_none=True)
    price = fields.Decimal(required=True, allow_none=True, as_string=True)
    currency = fields.String(required=True, allow_none=True)


class ReasonView(Schema):
    """How many recipients of a mailing got no copy for one reason; ``state`` is suppressed or failed."""

    state = fields.String(required=True)
    reason = fields.String(required=True)
    deliveries = fields.Integer(required=True)


class ReasonsView(Schema):
    """Why recipients got no copy, the most frequent reasons first."""

    items = fields.List(fields.Nested(ReasonView), required=True)
