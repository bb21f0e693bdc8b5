"""The public pages of forms: for whoever knows the address, and for recipients of a personal link.

Looking never changes anything. Who sends is answered with the page that says what came of it.
"""

from dataclasses import dataclass
from typing import cast

from werkzeug.wrappers import Response

from chassis.clock import now
from chassis.errors import TooMany
from chassis.http import Request, route
from chassis.parsing import parse_query
from services.outreach.forms import guard, pages, queries, registration, taking
from services.outreach.forms.api import base_path
from services.outreach.forms.design import Design
from services.outreach.forms.filling import Filled, Sent, fill
from services.outreach.forms.guard import Admission, Guard, Pace
from services.outreach.forms.model import CONFIRMED, EXPIRED, PENDING, SEATED, Form, Submission
from services.outreach.forms.sealing import Seals
from services.outreach.forms.words import FALLBACK, chosen_language, words_of
from services.outreach.links.queries import Origin, origin
from services.outreach.links.tokens import Signer
from services.outreach.settings import OutreachSettings

LARGEST_FORM = 256 * 1024
_pace = Pace()


@dataclass(frozen=True)
class Hosted:
    """A form as it is shown to somebody now. ``came_by`` is the mail whose link led there."""

    form: Form
    version: int
    design: Design
    frame: pages.Frame
    came_by: Origin | None


class HostedForms:
    """The pages that visitors and recipients see."""

    @route("GET", "/forms/form.css", public=True)
    def form_style(self, request: Request) -> Response:
        """The style sheet of the pages."""
        return pages.style()

    @route("GET", "/forms/<string(maxlength=32):code>", public=True)
    def show_hosted_form(self, request: Request, code: str) -> Response:
        """Show a form."""
        return _show(request, queries.hosted_form(request.session, code), None)

    @route("POST", "/forms/<string(maxlength=32):code>", public=True, stream=True, max_body=LARGEST_FORM)
    def send_hosted_form(self, request: Request, code: str) -> Response:
        """Take a form from a visitor."""
        return _take(request, queries.hosted_form(request.session, code), None)

    @route("GET", "/forms/confirmations/<token>", public=True)
    def ask_to_confirm(self, request: Request, token: str) -> Response:
        """Show the page with the button that confirms. Looking at it confirms nothing."""
        found = _submission(request, token)
        frame = _frame(request, [found.language] if found else [FALLBACK])
        if found is None or found.state == EXPIRED:
            return pages.told(frame, "expired" if found else "unknown", status=410 if found else 404)
        return pages.confirm(frame) if found.state == PENDING else _thanks(request, found)

    @route("POST", "/forms/confirmations/<token>", public=True, stream=True, max_body=LARGEST_FORM)
    def confirm_submission(self, request: Request, token: str) -> Response:
        """Confirm what was sent. To do it twice changes nothing."""
        found = _submission(request, token)
        if found is not None:
            found = taking.confirm(request.session, found.id, client=request.client)
        if found is None or found.state == EXPIRED:
            frame = _frame(request, [found.language] if found else [FALLBACK])
            return pages.told(frame, "expired" if found else "unknown", status=410 if found else 404)
        return _thanks(request, found)

    @route("GET", "/p/<token>", public=True)
    def show_campaign_form(self, request: Request, token: str) -> Response:
        """Show the form of the campaign to the recipient of one of its mails."""
        return _show(request, *_personal(request, token, None))

    @route("POST", "/p/<token>", public=True, stream=True, max_body=LARGEST_FORM)
    def send_campaign_form(self, request: Request, token: str) -> Response:
        """Take the form of the campaign from the recipient of one of its mails."""
        return _take(request, *_personal(request, token, None))

    @route("GET", "/p/<token>/<string(maxlength=32):code>", public=True)
    def show_personal_form(self, request: Request, token: str, code: str) -> Response:
        """Show a form to the recipient of a mail."""
        return _show(request, *_personal(request, token, code))

    @route("POST", "/p/<token>/<string(maxlength=32):code>", public=True, stream=True, max_body=LARGEST_FORM)
    def send_personal_form(self, request: Request, token: str, code: str) -> Response:
        """Take a form from the recipient of a mail."""
        return _take(request, *_personal(request, token, code))


def _settings(request: Request) -> OutreachSettings:
    return cast(OutreachSettings, request.settings)


def _frame(request: Request, languages: list[str]) -> pages.Frame:
    asked = next(iter(parse_query(request.environ).get("language", ())), "")
    accepted = request.headers.get("Accept-Language", "")
    return pages.Frame(chosen_language(languages, asked=asked, accepted=accepted), base_path(request))


def _personal(request: Request, token: str, code: str | None) -> tuple[Form | None, Origin | None]:
    """The form for the recipient, of the department that the mail is from."""
    came_by = origin(request.session, Signer(_settings(request).link_key), kind="p", token=token)
    if came_by is None:
        return None, None
    mailing = came_by.mailing
    if code is None:
        return queries.form_of_campaign(
            request.session, mailing.campaign_id, department=mailing.department
        ), came_by
    found = queries.hosted_form(request.session, code)
    return (found if found is not None and found.department == mailing.department else None), came_by


def _hosted(
    request: Request, form: Form | None, came_by: Origin | None, *, number: int | None = None
) -> Hosted | Response:
    """The form as it is shown now, or the page that says why it is not."""
    if form is None:
        return pages.told(_frame(request, [FALLBACK]), "unknown", status=404)
    version, design = queries.design(request.session, form, number)
    frame = _frame(request, design.languages)
    state = form.state(now())
    if state != "open":
        return pages.told(frame, state, status=410 if state == "closed" else 403)
    return Hosted(form, version, design, frame, came_by)


def _show(request: Request, form: Form | None, came_by: Origin | None) -> Response:
    hosted = _hosted(request, form, came_by)
    if isinstance(hosted, Response):
        return hosted
    stamp = Guard(_settings(request), hosted.form.id).stamp(hosted.version)
    known = came_by is not None
    hidden = {field.name for field in hosted.design.asked(known=known) if field.type == "hidden"}
    given = {name: one for name, one in parse_query(request.environ).items() if name in hidden}
    entries = pages.Entries(sent=given)
    return pages.form(hosted.design, hosted.frame, known=known, stamp=stamp, entries=entries)


def _take(request: Request, form: Form | None, came_by: Origin | None) -> Response:
    settings = _settings(request)
    try:
        _pace.take(request.client, per_minute=settings.form_posts_per_minute)
    except TooMany as error:
        guard.turned_away.labels(why="too_many").inc()
        told = pages.told(_frame(request, [FALLBACK]), "too_many", status=429)
        told.headers.extend(error.headers)
        return told
    sent: Sent = request.form()
    admission, number = None, None
    if form is not None:
        admission = Guard(settings, form.id).admit(sent, version=form.published)
        number = admission.stamp.version
    hosted = _hosted(request, form, came_by, number=number)
    if isinstance(hosted, Response) or admission is None:
        return cast(Response, hosted)
    filled = fill(hosted.design, sent, language=hosted.frame.language, known=came_by is not None)
    if filled.wrong or admission.objection:
        return _back(request, hosted, admission, sent=sent, filled=filled)
    visit = taking.Visit(
        form=hosted.form,
        version=hosted.version,
        design=hosted.design,
        language=hosted.frame.language,
        nonce=admission.stamp.nonce,
        client=request.client,
        came_by=came_by,
    )
    return _thanks(request, taking.take(request.session, visit, filled, settings))


def _back(request: Request, hosted: Hosted, admission: Admission, *, sent: Sent, filled: Filled) -> Response:
    """The page again, with what was sent, and why it was not taken."""
    if not admission.objection:
        guard.turned_away.labels(why="invalid").inc()
    notice = words_of(hosted.frame.language)[admission.objection] if admission.objection else ""
    return pages.form(
        hosted.design,
        hosted.frame,
        known=hosted.came_by is not None,
        stamp=Guard(_settings(request), hosted.form.id).text_of(admission.stamp),
        entries=pages.Entries(sent=sent, wrong=filled.wrong, notice=notice),
        status=422,
    )


def _submission(request: Request, token: str) -> Submission | None:
    submission_id = Seals(_settings(request).link_key).read_confirmation(token)
    return request.session.get(Submission, submission_id) if submission_id else None


def _thanks(request: Request, submission: Submission) -> Response:
    form = request.session.get_one(Form, submission.form_id)
    _, design = queries.design(request.session, form, submission.form_version)
    frame = pages.Frame(submission.language, base_path(request))
    place = registration.state_of(submission)
    if submission.state == CONFIRMED and design.redirect_url and not place:
        return pages.redirect(design.redirect_url)
    seated = submission.place == SEATED and submission.ticket is not None
    seals = Seals(_settings(request).link_key)
    code = seals.code(form.id, submission.ticket or 0) if seated else ""
    return pages.done(design, frame, place=place, code=code, mail_sent=submission.state == PENDING)
