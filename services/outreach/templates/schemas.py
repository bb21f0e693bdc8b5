"""Templates over HTTP."""

from marshmallow import Schema, fields
from marshmallow.validate import Length, OneOf, Range, Regexp

from services.outreach.templates.model import STATES
from services.outreach.templates.source import CHANNELS

MOST_LANGUAGES = 40

_LANGUAGE = Regexp(
    r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8}){0,4}\Z", error="Give a language tag such as de or pt-BR."
)
_COUNTRY = Regexp(r"[A-Z]{2}\Z", error="Give a country as ISO 3166 has it, such as DE.")
_LAYOUT = Regexp(r"[a-z0-9][a-z0-9_-]{0,63}\Z", error="Give the name of a layout, such as letter.")
_LONGEST_PART = Length(max=500_000)


class PartsOfContent(Schema):
    """What one copy consists of. Which of it a channel needs: email a subject and html or mjml, and its text
    part is derived where none is given; sms and chat a text; dm and fax a text or html.
    """

    subject = fields.String(validate=Length(max=300))
    html = fields.String(validate=_LONGEST_PART)
    mjml = fields.String(validate=_LONGEST_PART)
    text = fields.String(validate=_LONGEST_PART)
    attachments = fields.List(fields.UUID(), validate=Length(max=10))


class ContentDesign(PartsOfContent):
    """What a template says in one language."""

    language = fields.String(required=True, validate=_LANGUAGE)


class TemplateChange(PartsOfContent):
    """A draft. A template in one language may give the parts of its content here, instead of contents."""

    name = fields.String(required=True, validate=Length(min=1, max=200))
    layout = fields.String(validate=_LAYOUT)
    default_language = fields.String(validate=_LANGUAGE)
    countries = fields.List(fields.String(validate=_COUNTRY), validate=Length(max=250))
    contents = fields.List(fields.Nested(ContentDesign), validate=Length(min=1, max=MOST_LANGUAGES))


class TemplateDesign(TemplateChange):
    """A template to be written. It is published at once, unless ``draft`` is true."""

    department = fields.String(required=True, validate=Length(min=1, max=64))
    channel = fields.String(validate=OneOf(CHANNELS))
    draft = fields.Boolean()


class DesignToLint(PartsOfContent):
    """A design to look through. Nothing of it is kept."""

    channel = fields.String(validate=OneOf(CHANNELS))
    default_language = fields.String(validate=_LANGUAGE)
    countries = fields.List(fields.String(validate=_COUNTRY), validate=Length(max=250))
    contents = fields.List(fields.Nested(ContentDesign), validate=Length(min=1, max=MOST_LANGUAGES))


class TemplateFilter(Schema):
    """Which templates to list. Those in the archive are listed only with ``state`` archived."""

    department = fields.String(validate=Length(min=1, max=64))
    channel = fields.String(validate=OneOf(CHANNELS))
    language = fields.String(validate=_LANGUAGE)
    state = fields.String(validate=OneOf(STATES))
    q = fields.String(validate=Length(min=1, max=200), metadata={"description": "Part of the name."})


class FindingView(Schema):
    """A remark of the linter. ``where`` is a line, or empty where the whole is meant."""

    severity = fields.String(required=True, validate=OneOf(["error", "warning"]))
    code = fields.String(required=True)
    language = fields.String(required=True)
    field = fields.String(required=True)
    where = fields.String(required=True)
    line = fields.Integer(required=True)
    why = fields.String(required=True)


class ContentView(Schema):
    """What a template says in one language, as it was written."""

    language = fields.String(required=True)
    subject = fields.String(required=True, dump_default="")
    html = fields.String(required=True, dump_default="")
    mjml = fields.String(required=True, dump_default="")
    text = fields.String(required=True, dump_default="")
    attachments = fields.List(fields.String(), required=True, dump_default=[])


class TemplateSummary(Schema):
    """A template without its contents. ``published`` is the number of the version that goes out."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    name = fields.String(required=True)
    department = fields.String(required=True)
    channel = fields.String(required=True)
    layout = fields.String(required=True)
    default_language = fields.String(required=True)
    languages = fields.Function(lambda template: template.languages.split(), required=True)
    countries = fields.List(fields.String(), required=True)
    state = fields.String(required=True, validate=OneOf(STATES))
    published = fields.Integer(required=True, allow_none=True)
    published_at = fields.AwareDateTime(required=True, allow_none=True)
    archived_at = fields.AwareDateTime(required=True, allow_none=True)
    created_by = fields.String(required=True)
    created_at = fields.AwareDateTime(required=True)
    changed_by = fields.String(required=True)
    changed_at = fields.AwareDateTime(required=True)


class TemplateView(TemplateSummary):
    """A template with its draft, and what the linter said of it when it was saved."""

    contents = fields.List(fields.Nested(ContentView), required=True)
    findings = fields.List(fields.Nested(FindingView), required=True)


class LintView(Schema):
    """What the linter says. ``fine``: there is no error."""

    fine = fields.Boolean(required=True)
    findings = fields.List(fields.Nested(FindingView), required=True)


class Publication(Schema):
    """What is new in a version, in words."""

    note = fields.String(validate=Length(max=2000))


class VersionSummary(Schema):
    """A version without its contents."""

    template_id = fields.UUID(required=True)
    number = fields.Integer(required=True)
    layout = fields.String(required=True)
    default_language = fields.String(required=True)
    languages = fields.List(fields.String(), required=True)
    countries = fields.List(fields.String(), required=True)
    note = fields.String(required=True)
    published_by = fields.String(required=True)
    published_at = fields.AwareDateTime(required=True)


class VersionView(VersionSummary):
    """A version as it was written. ``links`` are the addresses that its tracked links lead to, in order."""

    contents = fields.List(fields.Nested(ContentView), required=True)
    links = fields.List(fields.String(), required=True)


class Comparison(Schema):
    """What a version is compared with; without a number, with the draft."""

    to = fields.Integer(validate=Range(min=1))


class HunkView(Schema):
    """Lines that were replaced; those before, and those after."""

    before_line = fields.Integer(required=True)
    before = fields.List(fields.String(), required=True)
    after_line = fields.Integer(required=True)
    after = fields.List(fields.String(), required=True)


class DifferenceView(Schema):
    """A part that differs. Without a language it is of the template as a whole."""

    language = fields.String(required=True)
    field = fields.String(required=True)
    change = fields.String(required=True, validate=OneOf(["added", "removed", "changed"]))
    hunks = fields.List(fields.Nested(HunkView), required=True)


class DifferencesView(Schema):
    """What differs, part by part; nothing where both say the same."""

    differences = fields.List(fields.Nested(DifferenceView), required=True)


class TemplatePreviewRequest(Schema):
    """Whose copy to show; without a contact, that of a made-up one; without a number, of the draft."""

    contact_id = fields.UUID()
    language = fields.String(validate=_LANGUAGE)
    number = fields.Integer(validate=Range(min=1))


class SmsPartsView(Schema):
    """How a text would travel. ``units`` are septets, or 16-bit units of UCS-2."""

    encoding = fields.String(required=True, validate=OneOf(["gsm7", "ucs2"]))
    units = fields.Integer(required=True)
    parts = fields.Integer(required=True)


class PreviewView(Schema):
    """The copy that the contact would get. ``number`` 0 is the draft, ``size`` the bytes of the page."""

    channel = fields.String(required=True)
    number = fields.Integer(required=True)
    language = fields.String(required=True)
    subject = fields.String(required=True)
    html = fields.String(required=True)
    text = fields.String(required=True)
    size = fields.Integer(required=True)
    sms = fields.Nested(SmsPartsView, required=True, allow_none=True)


class FileUpload(Schema):
    """What a file is called. The end of its name says what it is."""

    name = fields.String(required=True, validate=Length(min=1, max=200))


class FileView(Schema):
    """A file that can be attached to the mails of a template. ``size`` is in bytes."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    media_type = fields.String(required=True)
    size = fields.Integer(required=True)
    added_by = fields.String(required=True)
    added_at = fields.AwareDateTime(required=True)


class SampleView(Schema):
    """A template that comes with the service, to begin one's own with: a body for ``POST /templates``."""

    name = fields.String(required=True)
    channel = fields.String(required=True)
    layout = fields.String(required=True)
    default_language = fields.String(required=True)
    contents = fields.List(fields.Nested(ContentView), required=True)
