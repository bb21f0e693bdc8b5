"""HTTP routes of templates."""

from uuid import UUID

from chassis.http import Page, Request, route
from contracts.roles import ANALYST, MARKETING_MANAGER, MARKETING_STAFF
from services.outreach.templates import actions, queries
from services.outreach.templates.language import Rendered
from services.outreach.templates.model import Template
from services.outreach.templates.schemas import (
    PreviewRequest,
    PreviewView,
    TemplateDesign,
    TemplateFilter,
    TemplateView,
)

WRITERS = (MARKETING_MANAGER, MARKETING_STAFF)
READERS = (*WRITERS, ANALYST)


class TemplatesApi:
    """Writing, listing and previewing templates."""

    @route("POST", "/templates", roles=WRITERS, body=TemplateDesign, returns=TemplateView, status=201)
    def write_template(self, request: Request) -> Template:
        """Write an email template. Its fields and links are checked at once."""
        return actions.write_template(request.session, request.actor, **request.body)

    @route("GET", "/templates", roles=READERS, query=TemplateFilter, returns=TemplateView, many=True)
    def list_templates(self, request: Request) -> Page:
        """List templates, the newest first."""
        return request.page(queries.templates(request.actor, **request.query), Template.id)

    @route("GET", "/templates/<uuid:template_id>", roles=READERS, returns=TemplateView)
    def show_template(self, request: Request, template_id: UUID) -> Template:
        """Show a template with its sources and links."""
        return queries.template(request.session, request.actor, template_id)

    @route(
        "POST",
        "/templates/<uuid:template_id>/preview",
        roles=READERS,
        body=PreviewRequest,
        returns=PreviewView,
    )
    def preview_template(self, request: Request, template_id: UUID) -> Rendered:
        """Show the mail that a contact would get. Nothing is sent."""
        return actions.preview_template(
            request.session, request.actor, template_id=template_id, **request.body
        )
