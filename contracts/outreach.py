"""Events of the outreach service: mailings with their outcomes, answers, suppressions."""

from typing import Annotated, Literal
from uuid import UUID

import msgspec

from contracts.event import PAGE_LIMIT, Code, Count, Event, Moment, Part, Text, event


class Outcome(Part, kw_only=True):
    """How the delivery to one target ended. ``uncertain``: it may or may not have gone out."""

    target_id: UUID
    contact_id: UUID
    outcome: Literal["accepted", "failed", "suppressed", "uncertain"]
    reason: Text = ""
    at: Moment


@event("mailing.started.v1", producer="outreach")
class MailingStarted(Event, kw_only=True):
    """A wave's deliveries are queued and sending begins."""

    mailing_id: UUID
    wave_id: UUID
    campaign_id: UUID
    channel: Code
    recipients: Count
    started_at: Moment


@event("mailing.outcomes.v1", producer="outreach")
class MailingOutcomes(Event, kw_only=True):
    """A page of deliveries that came to an end, each reported once."""

    mailing_id: UUID
    wave_id: UUID
    campaign_id: UUID
    outcomes: Annotated[list[Outcome], msgspec.Meta(max_length=PAGE_LIMIT)]


@event("mailing.finished.v1", producer="outreach")
class MailingFinished(Event, kw_only=True):
    """Every recipient is accounted for: recipients = accepted + failed + suppressed + uncertain."""

    mailing_id: UUID
    wave_id: UUID
    campaign_id: UUID
    recipients: Count
    accepted: Count
    failed: Count
    suppressed: Count
    uncertain: Count
    finished_at: Moment


@event("answer.received.v1", producer="outreach")
class AnswerReceived(Event, kw_only=True):
    """A recipient answered through a link or a form of ours."""

    answer_id: UUID
    campaign_id: UUID
    wave_id: UUID
    mailing_id: UUID
    target_id: UUID
    contact_id: UUID
    kind: Literal["click", "form"]
    url: Text = ""
    interested: bool | None = None
    note: Text = ""
    received_at: Moment


@event("suppression.added.v1", producer="outreach")
class SuppressionAdded(Event, kw_only=True):
    """A contact must not be reached over ``channel`` any more."""

    suppression_id: UUID
    contact_id: UUID
    channel: Code
    reason: Literal["unsubscribed", "bounced", "complained", "manual"]
    campaign_id: UUID | None = None
    target_id: UUID | None = None
    added_at: Moment
