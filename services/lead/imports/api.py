"""HTTP entrypoints of imports."""

from uuid import UUID

from werkzeug.wrappers import Response

from chassis.http import Page, Request, route
from services.lead.imports import actions, queries
from services.lead.imports.model import Import
from services.lead.imports.schemas import ImportFilter, ImportView, Upload
from services.lead.roles import MARKETING

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
        """Upload a CSV file of contacts as the raw body. It is imported in the background."""
        settings = request.settings
        options = {"phone_region": settings.phone_region, **request.query}
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

    @route("GET", "/imports/<uuid:import_id>/errors", roles=MARKETING, writes=True)
    def download_errors(self, request: Request, import_id: UUID) -> Response:
        """Download the refused rows as CSV, with line and reason, to correct and upload again."""
        import_ = queries.find_import(request.session, request.actor, import_id)
        response = Response(queries.error_file(request.session, import_), mimetype="text/csv")
        response.headers["Content-Disposition"] = f'attachment; filename="errors-{import_id}.csv"'
        return response
