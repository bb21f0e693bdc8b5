"""Events of the outreach service: mailings with their outcomes, answers, suppressions."""

from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from contracts.event import PAGE_LIMIT, Code, Count, Event, Moment, Part, Subject, Text, event
from contracts.privacy import DataAnswered


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
    """Every recipient is accounted for: recipients = accepted + failed + suppressed + uncertain.

    ``resend_of`` names the mailing whose uncertain recipients these are once more.
    """

    mailing_id: UUID
    wave_id: UUID
    campaign_id: UUID
    recipients: Count
    accepted: Count
    failed: Count
    suppressed: Count
    uncertain: Count
    finished_at: Moment
    resend_of: UUID | None = None


@event("mailing.paused.v1", producer="outreach")
class MailingPaused(Event, kw_only=True):
    """Sending stands still: by a person, with its campaign, or by itself because of a rate in ``reason``."""

    mailing_id: UUID
    wave_id: UUID
    campaign_id: UUID
    by: Subject
    reason: Text = ""
    at: Moment


@event("mailing.resumed.v1", producer="outreach")
class MailingResumed(Event, kw_only=True):
    """A paused mailing goes on."""

    mailing_id: UUID
    wave_id: UUID
    campaign_id: UUID
    by: Subject
    at: Moment


@event("mailing.cancelled.v1", producer="outreach")
class MailingCancelled(Event, kw_only=True):
    """A mailing was given up: whoever has no copy yet gets none. Such recipients count as suppressed."""

    mailing_id: UUID
    wave_id: UUID
    campaign_id: UUID
    by: Subject
    reason: Text = ""
    at: Moment


@event("mailing.variant_chosen.v1", producer="outreach")
class VariantChosen(Event, kw_only=True):
    """An A/B test is decided; the rest of the recipients get the template of ``variant``."""

    mailing_id: UUID
    wave_id: UUID
    campaign_id: UUID
    variant: Code
    template_id: UUID
    why: Text
    at: Moment


class Feedback(Part, kw_only=True):
    """What was heard of one copy after it was handed over. ``reason`` is a code, ``answer`` others' words."""

    target_id: UUID
    contact_id: UUID
    kind: Literal["delivered", "bounced_hard", "bounced_soft", "complained", "returned"]
    reason: Text = ""
    answer: Text = ""
    at: Moment


@event("mailing.feedback.v1", producer="outreach")
class MailingFeedback(Event, kw_only=True):
    """A page of delivery receipts, bounces, complaints and returned letters."""

    mailing_id: UUID
    wave_id: UUID
    campaign_id: UUID
    feedback: Annotated[list[Feedback], msgspec.Meta(max_length=PAGE_LIMIT)]


class Opening(Part, kw_only=True):
    """A copy was opened for the first time; ``machine`` is our verdict that a scanner or proxy did it."""

    target_id: UUID
    machine: bool
    at: Moment
    contact_id: UUID | None = None


@event("mailing.opened.v1", producer="outreach")
class MailingOpened(Event, kw_only=True):
    """A page of first openings. Each target comes at most once by a person, and once by a machine."""

    mailing_id: UUID
    wave_id: UUID
    campaign_id: UUID
    openings: Annotated[list[Opening], msgspec.Meta(max_length=PAGE_LIMIT)]


class SideScore(Part, kw_only=True):
    """One side of a satisfaction survey, e.g. ``quality``, ``price``, ``service``: each from 0 to 10."""

    side: Code
    expectation: Decimal | None = None
    experience: Decimal | None = None


@event("answer.received.v1", producer="outreach")
class AnswerReceived(Event, kw_only=True):
    """A recipient answered through a link, a form or a survey of ours, by reply, by SMS, or by checking in.

    ``score`` is a survey's overall score from 0 to 10.
    """

    answer_id: UUID
    campaign_id: UUID
    wave_id: UUID
    mailing_id: UUID
    target_id: UUID
    contact_id: UUID
    kind: Literal["click", "form", "survey", "registration", "check_in", "reply", "sms"]
    url: Text = ""
    interested: bool | None = None
    note: Text = ""
    received_at: Moment
    form_id: UUID | None = None
    score: Decimal | None = None
    sides: list[SideScore] = []
    machine: bool = False


class FormConsent(Part, kw_only=True):
    """Consent given in a form: the words that were agreed to, in the form's version that showed them."""

    channel: Literal["email", "sms", "dm", "fax", "chat"]
    wording: Text
    form_version: Annotated[int, msgspec.Meta(ge=1)]


@event("submission.confirmed.v1", producer="outreach")
class SubmissionConfirmed(Event, kw_only=True):
    """Somebody filled in a hosted form; with confirmed opt-in, after the link in the mail was followed too.

    ``contact_id`` is set when the form was reached by a personal link. ``confirmed_at`` is when the opt-in
    was confirmed, None where the form asks for none. ``wants_lead``: whoever sent it is to become a lead.
    """

    submission_id: UUID
    form_id: UUID
    form_code: Code
    campaign_id: UUID | None = None
    department: Code
    contact_id: UUID | None = None
    target_id: UUID | None = None
    given_name: Text = ""
    family_name: Text = ""
    company: Text = ""
    email: Text | None = None
    phone: Text | None = None
    language: Text = ""
    consents: list[FormConsent] = []
    answers: dict[str, Text] = {}
    submitted_at: Moment
    confirmed_at: Moment | None = None
    wants_lead: bool = False


@event("suppression.added.v1", producer="outreach")
class SuppressionAdded(Event, kw_only=True):
    """A contact must not be reached over ``channel`` any more."""

    suppression_id: UUID
    contact_id: UUID
    channel: Code
    reason: Literal["unsubscribed", "bounced", "complained", "manual", "returned", "imported"]
    campaign_id: UUID | None = None
    target_id: UUID | None = None
    added_at: Moment


@event("suppression.removed.v1", producer="outreach")
class SuppressionRemoved(Event, kw_only=True):
    """A suppression was lifted: by the contact on the preference page, or by a person of ours."""

    suppression_id: UUID
    contact_id: UUID
    channel: Code
    removed_by: Subject
    removed_at: Moment


@event("staff.saved.v1", producer="outreach")
class StaffSaved(Event, kw_only=True):
    """Somebody was entered in the directory of staff, or their entry changed. Addresses stay inside."""

    person_id: UUID
    subject: Subject
    name: Text
    roles: list[Code]
    departments: list[Code]
    active: bool


@event("staff.removed.v1", producer="outreach")
class StaffRemoved(Event, kw_only=True):
    """Somebody is no longer in the directory of staff."""

    person_id: UUID
    subject: Subject


@event("outreachdata.answered.v1", producer="outreach")
class OutreachAnswered(DataAnswered, kw_only=True):
    """What outreach holds about a person, or has erased: addresses, copies, mails, texts, forms."""
