"""Forms over HTTP."""

from typing import Any

from marshmallow import Schema, fields
from marshmallow.validate import Length, OneOf, Range, Regexp

from chassis.clock import now
from services.outreach.forms.design import CHANNELS, FIELD_TYPES, LONGEST_ANSWER
from services.outreach.forms.model import KINDS, PLACES, STATES, Form
from services.outreach.singles import model as singles

MOST_FIELDS, MOST_SIDES, MOST_CHOICES, MOST_LANGUAGES = 60, 20, 100, 20


def _words(**options: Any) -> fields.Dict:
    """A text in each language."""
    text = fields.String(validate=Length(max=LONGEST_ANSWER))
    return fields.Dict(keys=fields.String(validate=Length(max=12)), values=text, **options)


def _state(form: Form) -> str:
    return form.state(now())


class ChoiceDesign(Schema):
    """One of the answers to choose from."""

    value = fields.String(required=True, validate=Length(min=1, max=64))
    label = _words(required=True)


class FieldDesign(Schema):
    """One question. ``longest`` is in characters; a text of more than 200 gets several lines.

    Fields named given_name, family_name, company, email and phone say who it is; one named
    interested, with the values yes and no, says whether it counts as interest. A consent's label is
    the wording that is agreed to.
    """

    name = fields.String(required=True, validate=Length(min=1, max=40))
    type = fields.String(required=True, validate=OneOf(FIELD_TYPES))
    label = _words(load_default=dict)
    help = _words(load_default=dict)
    required = fields.Boolean(load_default=False)
    longest = fields.Integer(strict=True, load_default=200, validate=Range(1, LONGEST_ANSWER))
    least = fields.Decimal(as_string=True, allow_nan=False, allow_none=True, load_default=None)
    most = fields.Decimal(as_string=True, allow_nan=False, allow_none=True, load_default=None)
    choices = fields.List(fields.Nested(ChoiceDesign), load_default=list, validate=Length(max=MOST_CHOICES))
    channel = fields.String(allow_none=True, load_default=None, validate=OneOf(CHANNELS))
    value = fields.String(load_default="", validate=Length(max=200))


class SideDesign(Schema):
    """One side of satisfaction, asked for expectation and experience from 0 to 10."""

    name = fields.String(required=True, validate=Length(min=1, max=40))
    label = _words(required=True)
    weight = fields.Integer(strict=True, load_default=1, validate=Range(1, 100))
    required = fields.Boolean(load_default=True)


class TextsDesign(Schema):
    """What the page says in one language. What is left out is said in words of the service."""

    title = fields.String(required=True, validate=Length(min=1, max=200))
    intro = fields.String(load_default="", validate=Length(max=4000))
    submit = fields.String(load_default="", validate=Length(max=60))
    thanks_title = fields.String(load_default="", validate=Length(max=200))
    thanks_text = fields.String(load_default="", validate=Length(max=4000))


class Questionnaire(Schema):
    """What a form asks and says. It is frozen as a version when the form is published.

    ``redirect_url`` takes the place of the thanks; its host is one that the operator allows.
    """

    languages = fields.List(
        fields.String(validate=Length(min=2, max=12)),
        required=True,
        validate=Length(min=1, max=MOST_LANGUAGES),
    )
    texts = fields.Dict(
        keys=fields.String(validate=Length(max=12)), values=fields.Nested(TextsDesign), required=True
    )
    fields_ = fields.List(
        fields.Nested(FieldDesign), data_key="fields", load_default=list, validate=Length(max=MOST_FIELDS)
    )
    sides = fields.List(fields.Nested(SideDesign), load_default=list, validate=Length(max=MOST_SIDES))
    nps = fields.Boolean(load_default=False)
    confirmed_opt_in = fields.Boolean(load_default=True)
    redirect_url = fields.String(load_default="", validate=Length(max=500))


class FormChange(Schema):
    """All that can change of a form. Times and places count at once, the design when it is published."""

    name = fields.String(required=True, validate=Length(min=1, max=200))
    campaign_id = fields.UUID(allow_none=True, load_default=None)
    wants_lead = fields.Boolean(load_default=False)
    opens_at = fields.AwareDateTime(allow_none=True, load_default=None)
    closes_at = fields.AwareDateTime(allow_none=True, load_default=None)
    capacity = fields.Integer(strict=True, allow_none=True, load_default=None, validate=Range(0, 1_000_000))
    design = fields.Nested(Questionnaire, required=True)


class FormDesign(FormChange):
    """A form to be designed. Its page is at ``/forms/<code>`` once it is published."""

    code = fields.String(
        required=True,
        validate=Regexp(
            r"^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?\Z",
            error="Must be 1 to 32 small letters, digits and hyphens.",
        ),
    )
    department = fields.String(required=True, validate=Length(min=1, max=64))
    kind = fields.String(required=True, validate=OneOf(KINDS))


class FormFilter(Schema):
    """Which forms to list."""

    department = fields.String(validate=Length(min=1, max=64))
    kind = fields.String(validate=OneOf(KINDS))
    campaign_id = fields.UUID()
    code = fields.String(validate=Length(min=1, max=32))


class FormSummary(Schema):
    """A form without its design. ``state`` is draft, planned, open or closed."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    code = fields.String(required=True)
    name = fields.String(required=True)
    kind = fields.String(required=True)
    department = fields.String(required=True)
    campaign_id = fields.UUID(required=True, allow_none=True)
    wants_lead = fields.Boolean(required=True)
    state = fields.Function(_state, metadata={"type": "string"})
    published = fields.Integer(required=True)
    opens_at = fields.AwareDateTime(required=True, allow_none=True)
    closes_at = fields.AwareDateTime(required=True, allow_none=True)
    capacity = fields.Integer(required=True, allow_none=True)
    taken = fields.Integer(required=True)
    created_by = fields.String(required=True)
    created_at = fields.AwareDateTime(required=True)
    changed_at = fields.AwareDateTime(required=True)


class FormView(FormSummary):
    """A form with the design that would be published now."""

    design = fields.Dict(required=True)


class FormVersionView(Schema):
    """A design as it was published."""

    number = fields.Integer(required=True)
    design = fields.Dict(required=True)
    published_by = fields.String(required=True)
    published_at = fields.AwareDateTime(required=True)


class LanguageChoice(Schema):
    """In which language to show it."""

    language = fields.String(load_default="", validate=Length(max=12))


class VersionChoice(Schema):
    """Of which version; of all where none is named."""

    version = fields.Integer(validate=Range(min=1))


class SubmissionFilter(Schema):
    """Which submissions to list."""

    state = fields.String(validate=OneOf(STATES))
    place = fields.String(validate=OneOf(PLACES))
    form_version = fields.Integer(validate=Range(min=1))
    email = fields.String(validate=Length(max=254))
    contact_id = fields.UUID()
    checked_in = fields.Boolean()
    submitted_from = fields.AwareDateTime()
    submitted_before = fields.AwareDateTime()


class SideAnswer(Schema):
    """What somebody said of one side."""

    side = fields.String(required=True)
    expectation = fields.Integer(required=True, allow_none=True)
    experience = fields.Integer(required=True, allow_none=True)


class ConsentAnswer(Schema):
    """The words that were agreed to."""

    channel = fields.String(required=True)
    wording = fields.String(required=True)


class SubmissionView(Schema):
    """What somebody sent. ``place`` is that of a registration: seated, waiting, repeated or cancelled."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    form_version = fields.Integer(required=True)
    state = fields.String(required=True)
    place = fields.String(required=True)
    language = fields.String(required=True)
    campaign_id = fields.UUID(required=True, allow_none=True)
    contact_id = fields.UUID(required=True, allow_none=True)
    target_id = fields.UUID(required=True, allow_none=True)
    given_name = fields.String(required=True)
    family_name = fields.String(required=True)
    company = fields.String(required=True)
    email = fields.String(required=True, allow_none=True)
    phone = fields.String(required=True, allow_none=True)
    answers = fields.Dict(required=True)
    consents = fields.List(fields.Nested(ConsentAnswer), required=True)
    sides = fields.List(fields.Nested(SideAnswer), required=True)
    score = fields.Decimal(as_string=True, required=True, allow_none=True)
    nps = fields.Integer(required=True, allow_none=True)
    submitted_at = fields.AwareDateTime(required=True)
    confirmed_at = fields.AwareDateTime(required=True, allow_none=True)
    checked_in_at = fields.AwareDateTime(required=True, allow_none=True)
    checked_in_by = fields.String(required=True, allow_none=True)
    erased_at = fields.AwareDateTime(required=True, allow_none=True)


class CheckInRequest(Schema):
    """The code of a registration, as it was read or typed."""

    code = fields.String(required=True, validate=Length(min=1, max=64))


class CheckInView(Schema):
    """``outcome`` is checked_in, or used where the code was seen before, then at ``checked_in_at``."""

    outcome = fields.String(required=True)
    checked_in_at = fields.AwareDateTime(required=True)
    submission = fields.Nested(SubmissionView, required=True)


class MailFilter(Schema):
    """Which mails to list."""

    state = fields.String(validate=OneOf(singles.STATES))
    submission_id = fields.UUID()


class MailView(Schema):
    """A mail about a submission. One that is uncertain is not sent again unless somebody says so."""

    id = fields.UUID(required=True)
    submission_id = fields.UUID(required=True)
    purpose = fields.String(required=True)
    address = fields.String(required=True)
    state = fields.String(required=True)
    reason = fields.String(required=True)
    attempts = fields.Integer(required=True)
    created_at = fields.AwareDateTime(required=True)
    ended_at = fields.AwareDateTime(required=True, allow_none=True)


class QuestionResult(Schema):
    """How one field was answered. Numbers and scales also have least, most and average."""

    name = fields.String(required=True)
    type = fields.String(required=True)
    label = fields.Dict(required=True)
    answered = fields.Integer(required=True)
    choices = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    least = fields.Decimal(as_string=True, required=True, allow_none=True)
    most = fields.Decimal(as_string=True, required=True, allow_none=True)
    average = fields.Decimal(as_string=True, required=True, allow_none=True)


class SideResultView(Schema):
    """Means of one side; ``gap`` is experience less expectation, below 0 where it was worse."""

    side = fields.String(required=True)
    label = fields.Dict(required=True)
    weight = fields.Integer(required=True)
    answered = fields.Integer(required=True)
    expectation = fields.Decimal(as_string=True, required=True, allow_none=True)
    experience = fields.Decimal(as_string=True, required=True, allow_none=True)
    gap = fields.Decimal(as_string=True, required=True, allow_none=True)


class RecommendationView(Schema):
    """The Net Promoter Score with what it is made of."""

    promoters = fields.Integer(required=True)
    passives = fields.Integer(required=True)
    detractors = fields.Integer(required=True)
    score = fields.Decimal(as_string=True, required=True, allow_none=True)


class ResultsView(Schema):
    """What the confirmed submissions say together. ``score`` is the mean of ``scores`` overall scores."""

    form = fields.Nested(FormSummary, required=True)
    states = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    places = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    checked_in = fields.Integer(required=True)
    questions = fields.List(fields.Nested(QuestionResult), required=True)
    sides = fields.List(fields.Nested(SideResultView), required=True)
    score = fields.Decimal(as_string=True, required=True, allow_none=True)
    scores = fields.Integer(required=True)
    nps = fields.Nested(RecommendationView, required=True)
