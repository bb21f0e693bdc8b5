"""HTTP routes of templates."""

from typing import Any
from urllib.parse import quote
from uuid import UUID

from werkzeug.wrappers import Response

from chassis.http import Page, Request, route
from contracts.roles import ANALYST, MARKETING_MANAGER, MARKETING_STAFF
from services.outreach.templates import actions, comparing, files, linting, previews, queries, shipped
from services.outreach.templates.copy_rules import Standards
from services.outreach.templates.linting import Report
from services.outreach.templates.model import Template, TemplateFile, TemplateVersion
from services.outreach.templates.previews import Preview
from services.outreach.templates.schemas import (
    Comparison,
    DesignToLint,
    DifferencesView,
    FileUpload,
    FileView,
    LintView,
    PreviewView,
    Publication,
    SampleView,
    TemplateChange,
    TemplateDesign,
    TemplateFilter,
    TemplatePreviewRequest,
    TemplateSummary,
    TemplateView,
    VersionSummary,
    VersionView,
)

WRITERS = (MARKETING_MANAGER, MARKETING_STAFF)
READERS = (*WRITERS, ANALYST)
LARGEST_DESIGN = 4 * 1024 * 1024


class TemplatesApi:
    """Writing, linting, publishing, comparing and previewing templates."""

    @route(
        "POST",
        "/templates",
        roles=WRITERS,
        body=TemplateDesign,
        returns=TemplateView,
        status=201,
        max_body=LARGEST_DESIGN,
    )
    def write_template(self, request: Request) -> Template:
        """Write a template, and publish it at once unless only a draft is wanted.

        One that is to be published is refused where the linter finds errors; a draft keeps its findings.
        """
        standards = Standards.of(request.settings)
        return actions.write_template(request.session, request.actor, standards=standards, **request.body)

    @route("GET", "/templates", roles=READERS, query=TemplateFilter, returns=TemplateSummary, many=True)
    def list_templates(self, request: Request) -> Page:
        """List templates without their contents, the newest first."""
        return request.page(queries.templates(request.actor, **request.query), Template.id)

    @route(
        "POST",
        "/templates/lint",
        roles=READERS,
        body=DesignToLint,
        returns=LintView,
        max_body=LARGEST_DESIGN,
    )
    def lint_template(self, request: Request) -> Report:
        """Look through a design: errors that would keep it from being published, and warnings."""
        return linting.lint(actions.design_of(**request.body), Standards.of(request.settings))

    @route("GET", "/templates/samples", roles=READERS, returns=SampleView, many=True)
    def list_samples(self, request: Request) -> Page:
        """List the templates that come with the service, to begin one's own with."""
        return Page(shipped.samples(), None)

    @route("GET", "/templates/<uuid:template_id>", roles=READERS, returns=TemplateView)
    def show_template(self, request: Request, template_id: UUID) -> Template:
        """Show a template with its draft, and what the linter said of it."""
        return queries.template(request.session, request.actor, template_id)

    @route(
        "PUT",
        "/templates/<uuid:template_id>",
        roles=WRITERS,
        body=TemplateChange,
        returns=TemplateView,
        max_body=LARGEST_DESIGN,
    )
    def change_template(self, request: Request, template_id: UUID) -> Template:
        """Replace the draft of a template. If-Match is needed. What is published stays as it is."""
        template = queries.take_template(request.session, request.actor, template_id)
        request.require_match(template)
        standards = Standards.of(request.settings)
        return actions.change_template(
            request.session, request.actor, template=template, standards=standards, **request.body
        )

    @route(
        "POST",
        "/templates/<uuid:template_id>/versions",
        roles=WRITERS,
        body=Publication,
        returns=VersionView,
        status=201,
    )
    def publish_template(self, request: Request, template_id: UUID) -> TemplateVersion:
        """Publish the draft as the next version. Waves that were released before keep theirs."""
        template = queries.take_template(request.session, request.actor, template_id)
        request.match(template)
        standards = Standards.of(request.settings)
        return actions.publish_template(
            request.session, request.actor, template=template, standards=standards, **request.body
        )

    @route("GET", "/templates/<uuid:template_id>/versions", roles=READERS, returns=VersionSummary, many=True)
    def list_template_versions(self, request: Request, template_id: UUID) -> Page:
        """List the versions of a template without their contents, the newest first."""
        found = queries.versions(request.session, request.actor, template_id)
        return request.page(found, TemplateVersion.number)

    @route("GET", "/templates/<uuid:template_id>/versions/<int:number>", roles=READERS, returns=VersionView)
    def show_template_version(self, request: Request, template_id: UUID, number: int) -> TemplateVersion:
        """Show a version of a template with its sources and links."""
        return queries.version(request.session, request.actor, template_id, number)

    @route(
        "GET",
        "/templates/<uuid:template_id>/versions/<int:number>/diff",
        roles=READERS,
        query=Comparison,
        returns=DifferencesView,
    )
    def compare_template_versions(self, request: Request, template_id: UUID, number: int) -> dict[str, Any]:
        """Show what another version, or the draft, has otherwise than this one."""
        find = (request.session, request.actor, template_id)
        to = request.query.get("to")
        other = queries.template(*find) if to is None else queries.version(*find, to)
        return {"differences": comparing.differences(queries.version(*find, number), other)}

    @route(
        "POST",
        "/templates/<uuid:template_id>/files",
        roles=WRITERS,
        query=FileUpload,
        returns=FileView,
        status=201,
        stream=True,
        max_body=files.LARGEST,
    )
    def add_file(self, request: Request, template_id: UUID) -> TemplateFile:
        """Upload a file, as the raw body, that contents of the template can name as an attachment."""
        template = queries.take_template(request.session, request.actor, template_id)
        return files.add_file(
            request.session,
            request.actor,
            template=template,
            name=request.query["name"],
            stream=request.stream,
        )

    @route("GET", "/templates/<uuid:template_id>/files", roles=READERS, returns=FileView, many=True)
    def list_files(self, request: Request, template_id: UUID) -> Page:
        """List the files of a template, the newest first."""
        queries.template(request.session, request.actor, template_id)
        return request.page(files.files(template_id), TemplateFile.id)

    @route("GET", "/templates/<uuid:template_id>/files/<uuid:file_id>", roles=READERS)
    def download_file(self, request: Request, template_id: UUID, file_id: UUID) -> Response:
        """Download a file of a template."""
        queries.template(request.session, request.actor, template_id)
        found = files.file(request.session, template_id, file_id)
        response = Response(found.data, content_type=found.media_type)
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(found.name)}"
        return response

    @route("POST", "/templates/<uuid:template_id>/archive", roles=WRITERS, returns=TemplateView)
    def archive_template(self, request: Request, template_id: UUID) -> Template:
        """Put a template into the archive. Waves that name it go out all the same."""
        template = queries.take_template(request.session, request.actor, template_id)
        request.match(template)
        return actions.archive_template(template=template)

    @route("POST", "/templates/<uuid:template_id>/restore", roles=WRITERS, returns=TemplateView)
    def restore_template(self, request: Request, template_id: UUID) -> Template:
        """Take a template out of the archive."""
        template = queries.take_template(request.session, request.actor, template_id)
        request.match(template)
        return actions.restore_template(template=template)

    @route(
        "POST",
        "/templates/<uuid:template_id>/preview",
        roles=READERS,
        body=TemplatePreviewRequest,
        returns=PreviewView,
    )
    def preview_template(self, request: Request, template_id: UUID) -> Preview:
        """Show the copy that a contact would get. Nothing is sent, and the links of ours lead nowhere."""
        return previews.preview_template(
            request.session,
            request.actor,
            template_id=template_id,
            standards=Standards.of(request.settings),
            **request.body,
        )
