"""HTTP entrypoints of imports."""

from uuid import UUID

from werkzeug.wrappers import Response

from chassis.http import Page, Request, route
from chassis.workbooks import MEDIA_TYPE
from services.lead.imports import actions, mappings, queries
from services.lead.imports.model import Import, ImportChange, PlannedRow, Question, SavedMapping
from services.lead.imports.questions import answer_questions
from services.lead.imports.schemas import (
    Answers,
    Confirmation,
    DiffFilter,
    ErrorFormat,
    ImportFilter,
    ImportView,
    KeptView,
    MappingFilter,
    MappingView,
    PlannedRowView,
    QuestionFilter,
    QuestionView,
    Upload,
)
from services.lead.roles import MARKETING

READING = ("encoding", "delimiter", "header")
MAX_BODY = 1024**3


class ImportsApi:
    """Uploading files of contacts and following what becomes of them."""

    @route(
        "POST",
        "/imports",
        roles=MARKETING,
        query=Upload,
        returns=ImportView,
        status=202,
        stream=True,
        max_body=MAX_BODY,
    )
    def upload_import(self, request: Request) -> Import:
        """Upload a CSV, XLSX or vCard file of contacts as the raw body. It is imported in the background."""
        settings = request.settings
        told = {name: request.query.pop(name) for name in READING if name in request.query}
        options = {"phone_region": settings.phone_region, "reading": told, **request.query}
        return actions.upload_import(
            request.session,
            request.actor,
            file=request.stream,
            limit=settings.import_limit_bytes,
            **options,
        )

    @route("GET", "/imports", roles=MARKETING, query=ImportFilter, returns=ImportView, many=True)
    def list_imports(self, request: Request) -> Page:
        """List the imports of your departments, newest first."""
        return request.page(queries.imports(request.actor, **request.query), Import.id)

    @route("GET", "/imports/<uuid:import_id>", roles=MARKETING, returns=ImportView)
    def show_import(self, request: Request, import_id: UUID) -> Import:
        """Show how far an import has come."""
        return queries.find_import(request.session, request.actor, import_id)

    @route("GET", "/imports/<uuid:import_id>/errors", roles=MARKETING, query=ErrorFormat, writes=True)
    def download_errors(self, request: Request, import_id: UUID) -> Response:
        """Download the refused rows as CSV or XLSX, with line and reason, to correct and upload again."""
        import_ = queries.find_import(request.session, request.actor, import_id)
        xlsx = request.query["format"] == "xlsx"
        body = (queries.error_sheet if xlsx else queries.error_file)(request.session, import_)
        response = Response(body, mimetype=MEDIA_TYPE if xlsx else "text/csv")
        name = f"errors-{import_id}.{request.query['format']}"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return response

    @route(
        "POST",
        "/imports/<uuid:import_id>/confirmation",
        roles=MARKETING,
        body=Confirmation,
        returns=ImportView,
        status=202,
    )
    def confirm_import(self, request: Request, import_id: UUID) -> Import:
        """Say that the file may be imported as it was shown, or how it is to be read instead."""
        import_ = queries.take_import(request.session, request.actor, import_id)
        return actions.confirm_import(request.session, request.actor, import_=import_, **request.body)

    @route("POST", "/imports/<uuid:import_id>/cancellation", roles=MARKETING, returns=ImportView, status=200)
    def cancel_import(self, request: Request, import_id: UUID) -> Import:
        """Stop an import. What it has imported so far stays until it is undone."""
        import_ = queries.take_import(request.session, request.actor, import_id)
        return actions.cancel_import(request.session, import_=import_)

    @route("POST", "/imports/<uuid:import_id>/undo", roles=MARKETING, returns=ImportView, status=202)
    def undo_import(self, request: Request, import_id: UUID) -> Import:
        """Take an import back in the background. What was changed since is left alone, and listed."""
        import_ = queries.take_import(request.session, request.actor, import_id)
        return actions.undo_import(request.actor, import_=import_)

    @route("GET", "/imports/<uuid:import_id>/kept", roles=MARKETING, returns=KeptView, many=True)
    def list_kept(self, request: Request, import_id: UUID) -> Page:
        """List the contacts that the undo left alone, with the reasons."""
        queries.find_import(request.session, request.actor, import_id)
        return request.page(queries.kept_changes(import_id), ImportChange.contact_id)

    @route(
        "GET",
        "/imports/<uuid:import_id>/diff",
        roles=MARKETING,
        query=DiffFilter,
        returns=PlannedRowView,
        many=True,
    )
    def show_diff(self, request: Request, import_id: UUID) -> Page:
        """List what a dry run would do, the last row first."""
        queries.find_import(request.session, request.actor, import_id)
        return request.page(queries.planned_rows(import_id, **request.query), PlannedRow.line)

    @route(
        "GET",
        "/imports/<uuid:import_id>/questions",
        roles=MARKETING,
        query=QuestionFilter,
        returns=QuestionView,
        many=True,
    )
    def list_questions(self, request: Request, import_id: UUID) -> Page:
        """List the rows that wait for an answer with the contacts they may mean, the last row first."""
        queries.find_import(request.session, request.actor, import_id)
        return request.page(queries.questions(import_id, **request.query), Question.line)

    @route(
        "POST",
        "/imports/<uuid:import_id>/answers",
        roles=MARKETING,
        body=Answers,
        returns=ImportView,
        status=200,
    )
    def answer_questions(self, request: Request, import_id: UUID) -> Import:
        """Answer a page of questions: create the contact, update one that is known, or refuse the row."""
        import_ = queries.take_import(request.session, request.actor, import_id)
        return answer_questions(request.session, request.actor, import_=import_, **request.body)

    @route("GET", "/imports/<uuid:import_id>/mappings", roles=MARKETING, returns=MappingView, many=True)
    def list_offered_mappings(self, request: Request, import_id: UUID) -> Page:
        """List the mappings that the department keeps for files with the same header."""
        import_ = queries.find_import(request.session, request.actor, import_id)
        return request.page(mappings.offered(import_), SavedMapping.id)

    @route("GET", "/import-mappings", roles=MARKETING, query=MappingFilter, returns=MappingView, many=True)
    def list_mappings(self, request: Request) -> Page:
        """List the mappings that your departments keep."""
        return request.page(mappings.saved_mappings(request.actor, **request.query), SavedMapping.id)

    @route("DELETE", "/import-mappings/<uuid:mapping_id>", roles=MARKETING, status=204)
    def drop_mapping(self, request: Request, mapping_id: UUID) -> None:
        """Forget a mapping."""
        mappings.drop(request.session, request.actor, mapping_id=mapping_id)
