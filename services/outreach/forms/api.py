"""HTTP routes of forms for people of ours."""

from typing import Any, cast
from urllib.parse import urlsplit
from uuid import UUID

from werkzeug.wrappers import Response

from chassis.http import Page, Request, route
from contracts.roles import ANALYST, MARKETING_MANAGER, MARKETING_STAFF
from services.outreach.forms import actions, pages, queries, registration
from services.outreach.forms.design import Design
from services.outreach.forms.export import csv_of
from services.outreach.forms.model import Confirmation, Form, FormVersion, Submission
from services.outreach.forms.registration import CheckIn
from services.outreach.forms.results import Results, results
from services.outreach.forms.schemas import (
    CheckInRequest,
    CheckInView,
    FormChange,
    FormDesign,
    FormFilter,
    FormSummary,
    FormVersionView,
    FormView,
    LanguageChoice,
    MailFilter,
    MailView,
    ResultsView,
    SubmissionFilter,
    SubmissionView,
    VersionChoice,
)
from services.outreach.forms.sealing import Seals
from services.outreach.forms.words import chosen_language
from services.outreach.settings import OutreachSettings

WRITERS = (MARKETING_MANAGER, MARKETING_STAFF)
READERS = (*WRITERS, ANALYST)
KEEPERS = (MARKETING_MANAGER,)
"""They erase, and send again what may have gone out."""

ROWS_AT_ONCE = 1000


class FormsApi:
    """Designing, publishing and evaluating forms."""

    @route("POST", "/forms", roles=WRITERS, body=FormDesign, returns=FormView, status=201)
    def design_form(self, request: Request) -> Form:
        """Design a form, as a draft."""
        return actions.design_form(request.session, request.actor, **_asked(request))

    @route("GET", "/forms", roles=READERS, query=FormFilter, returns=FormSummary, many=True)
    def list_forms(self, request: Request) -> Page:
        """List forms, the newest first."""
        return request.page(queries.forms(request.actor, **request.query), Form.id)

    @route("GET", "/forms/<uuid:form_id>", roles=READERS, returns=FormView)
    def show_form_design(self, request: Request, form_id: UUID) -> Form:
        """Show a form with its draft."""
        return queries.form(request.session, request.actor, form_id)

    @route("PUT", "/forms/<uuid:form_id>", roles=WRITERS, body=FormChange, returns=FormView)
    def change_form(self, request: Request, form_id: UUID) -> Form:
        """Change a form. If-Match is needed. What is published stays as it is until it is published anew."""
        form = queries.take_form(request.session, request.actor, form_id)
        request.require_match(form)
        return actions.change_form(request.session, form, **_asked(request))

    @route("DELETE", "/forms/<uuid:form_id>", roles=WRITERS, status=204)
    def remove_form(self, request: Request, form_id: UUID) -> None:
        """Delete a form that was never published."""
        form = queries.take_form(request.session, request.actor, form_id)
        request.match(form)
        actions.remove_form(request.session, form)

    @route("POST", "/forms/<uuid:form_id>/publication", roles=WRITERS, returns=FormView)
    def publish_form(self, request: Request, form_id: UUID) -> Form:
        """Publish the draft as the next version, at ``/forms/<code>``."""
        form = queries.take_form(request.session, request.actor, form_id)
        request.match(form)
        return actions.publish_form(request.session, request.actor, form, hosts=_hosts(request))

    @route("GET", "/forms/<uuid:form_id>/versions", roles=READERS, returns=FormVersionView, many=True)
    def list_form_versions(self, request: Request, form_id: UUID) -> Page:
        """List what was published, the latest first."""
        form = queries.form(request.session, request.actor, form_id)
        return request.page(queries.versions(form.id), FormVersion.number)

    @route("GET", "/forms/<uuid:form_id>/preview", roles=READERS, query=LanguageChoice)
    def preview_form(self, request: Request, form_id: UUID) -> Response:
        """Show the page of the draft. Nothing can be sent from it."""
        form = queries.form(request.session, request.actor, form_id)
        design = Design.of(form.design)
        language = chosen_language(design.languages, asked=request.query["language"], accepted="")
        return pages.form(design, pages.Frame(language, base_path(request)))

    @route("GET", "/forms/<uuid:form_id>/results", roles=READERS, query=VersionChoice, returns=ResultsView)
    def show_results(self, request: Request, form_id: UUID) -> Results:
        """Show how often each answer was given, and the figures of the survey."""
        form = queries.form(request.session, request.actor, form_id)
        number: int | None = request.query.get("version")
        design = Design.of(form.design) if not form.published else None
        if form.published:
            chosen = queries.version(request.session, form.id, number or form.published)
            design = Design.of(chosen.design)
        assert design is not None
        return results(request.session, form, design, version=number)


class SubmissionsApi:
    """What was sent: lists, export, check-in, cancelling, erasing, and the mails about it."""

    @route(
        "GET",
        "/forms/<uuid:form_id>/submissions",
        roles=READERS,
        query=SubmissionFilter,
        returns=SubmissionView,
        many=True,
    )
    def list_submissions(self, request: Request, form_id: UUID) -> Page:
        """List what was sent, the newest first."""
        form = queries.form(request.session, request.actor, form_id)
        return request.page(queries.submissions(form.id, **request.query), Submission.id)

    @route("GET", "/forms/<uuid:form_id>/submissions.csv", roles=READERS, query=SubmissionFilter)
    def export_submissions(self, request: Request, form_id: UUID) -> Response:
        """Export what was sent as CSV, the oldest first, with the questions of the present version."""
        form = queries.form(request.session, request.actor, form_id)
        design = Design.of(form.design)
        if form.published:
            _, design = queries.design(request.session, form)
        text = "".join(csv_of(design, _all(request, form)))
        name = f'attachment; filename="{form.code}.csv"'
        return Response(text, headers={"Content-Disposition": name}, content_type="text/csv; charset=utf-8")

    @route(
        "DELETE",
        "/forms/<uuid:form_id>/submissions/<uuid:submission_id>",
        roles=KEEPERS,
        returns=SubmissionView,
    )
    def erase_submission(self, request: Request, form_id: UUID, submission_id: UUID) -> Submission:
        """Erase who somebody was and what they wrote. Scores and choices stay."""
        form = queries.form(request.session, request.actor, form_id)
        submission = queries.submission(request.session, form.id, submission_id)
        version = queries.version(request.session, form.id, submission.form_version)
        return actions.erase_submission(request.session, submission, keep=Design.of(version.design))

    @route(
        "POST",
        "/forms/<uuid:form_id>/submissions/<uuid:submission_id>/cancellation",
        roles=WRITERS,
        returns=SubmissionView,
    )
    def cancel_registration(self, request: Request, form_id: UUID, submission_id: UUID) -> Submission:
        """Cancel a registration. Its place goes to whoever waits longest."""
        form = queries.take_form(request.session, request.actor, form_id)
        submission = queries.submission(request.session, form.id, submission_id)
        registration.cancel(request.session, form, submission)
        return submission

    @route(
        "POST",
        "/forms/<uuid:form_id>/check-ins",
        roles=WRITERS,
        body=CheckInRequest,
        returns=CheckInView,
    )
    def check_in(self, request: Request, form_id: UUID) -> CheckIn:
        """Take a check-in code at the door. One that was used before says so, and since when."""
        form = queries.form(request.session, request.actor, form_id)
        seals = Seals(cast(OutreachSettings, request.settings).link_key)
        code = request.body["code"]
        return registration.check_in(request.session, request.actor, form, code=code, seals=seals)

    @route(
        "GET",
        "/forms/<uuid:form_id>/mails",
        roles=READERS,
        query=MailFilter,
        returns=MailView,
        many=True,
    )
    def list_form_mails(self, request: Request, form_id: UUID) -> Page:
        """List the mails about what was sent, the newest first."""
        form = queries.form(request.session, request.actor, form_id)
        return request.page(queries.confirmations(form.id, **request.query), Confirmation.id)

    @route(
        "POST",
        "/forms/<uuid:form_id>/mails/<uuid:mail_id>/resending",
        roles=KEEPERS,
        returns=MailView,
    )
    def send_mail_again(self, request: Request, form_id: UUID, mail_id: UUID) -> Confirmation:
        """Send a mail again that failed or is uncertain. It may then arrive twice."""
        form = queries.form(request.session, request.actor, form_id)
        return actions.send_again(request.session, queries.confirmation(request.session, form.id, mail_id))


def base_path(request: Request) -> str:
    """What stands before our paths in the public URL."""
    return urlsplit(cast(OutreachSettings, request.settings).public_url).path.rstrip("/")


def _asked(request: Request) -> dict[str, Any]:
    """The body, with the hosts that a redirect may lead to."""
    body = dict(request.body)
    design = dict(body["design"])
    design["fields"] = design.pop("fields_")
    return {**body, "design": design, "hosts": _hosts(request)}


def _hosts(request: Request) -> set[str]:
    named = cast(OutreachSettings, request.settings).form_redirect_hosts
    return {one.strip().lower() for one in named.split(",")} - {""}


def _all(request: Request, form: Form) -> Any:
    statement = queries.submissions(form.id, **request.query).order_by(Submission.id).limit(ROWS_AT_ONCE)
    rows = request.session.scalars(statement).all()
    while rows:
        yield from rows
        last = rows[-1].id
        request.session.expunge_all()
        rows = request.session.scalars(statement.where(Submission.id > last)).all()
