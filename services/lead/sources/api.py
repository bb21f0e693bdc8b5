"""HTTP entrypoints of sources."""

from uuid import UUID

from chassis.http import Page, Request, route
from services.lead import coded
from services.lead.departments import find
from services.lead.roles import MARKETING, READERS
from services.lead.sources import actions, queries
from services.lead.sources.model import Source, SourceCost
from services.lead.sources.queries import SourceDetail
from services.lead.sources.schemas import (
    CostView,
    NewCost,
    NewSource,
    SourceChange,
    SourceDetailView,
    SourceFilter,
    SourceView,
)

ONE = "/sources/<uuid:source_id>"


class SourcesApi:
    """Keeping where contacts and leads come from."""

    @route("POST", "/sources", roles=MARKETING, body=NewSource, returns=SourceView, status=201)
    def add_source(self, request: Request) -> Source:
        """Add a source of a department, perhaps below another one."""
        return actions.add_source(request.session, request.actor, **request.body)

    @route("GET", "/sources", roles=READERS, query=SourceFilter, returns=SourceView, many=True)
    def list_sources(self, request: Request) -> Page:
        """List the sources of your departments, newest first."""
        return request.page(coded.listed(request.actor, Source, **request.query), Source.id)

    @route("GET", ONE, roles=READERS, returns=SourceDetailView)
    def show_source(self, request: Request, source_id: UUID) -> SourceDetail:
        """Show a source with its costs, and what it and those below it cost and brought."""
        return queries.detail(request.session, _source(request, source_id))

    @route("PATCH", ONE, roles=MARKETING, body=SourceChange, returns=SourceView)
    def change_source(self, request: Request, source_id: UUID) -> Source:
        """Rename a source, move it below another, retire it, or bring it back. If-Match is needed."""
        source = _source(request, source_id)
        request.require_match(source)
        return actions.change_source(request.session, request.actor, source=source, **request.body)

    @route("POST", f"{ONE}/costs", roles=MARKETING, body=NewCost, returns=CostView, status=201)
    def enter_source_cost(self, request: Request, source_id: UUID) -> SourceCost:
        """Note what a source cost in a period."""
        source = _source(request, source_id)
        return actions.enter_cost(request.session, request.actor, source=source, **request.body)

    @route("DELETE", f"{ONE}/costs/<uuid:cost_id>", roles=MARKETING, status=204)
    def remove_source_cost(self, request: Request, source_id: UUID, cost_id: UUID) -> None:
        """Take a cost away again."""
        source = _source(request, source_id)
        actions.remove_cost(request.session, request.actor, source=source, cost_id=cost_id)


def _source(request: Request, source_id: UUID) -> Source:
    return find(request.session, request.actor, Source, source_id, what="source")
