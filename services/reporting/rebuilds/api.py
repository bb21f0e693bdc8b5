"""Projections and their rebuilds over HTTP. The work itself is done by the workers."""

from typing import Any
from uuid import UUID

from chassis.http import Page, Request, route
from contracts.roles import ADMINISTRATOR, ANALYST
from services.reporting.archive.queries import last_position
from services.reporting.rebuilds import queries
from services.reporting.rebuilds.actions import start_rebuild, stop_rebuild
from services.reporting.rebuilds.model import Rebuild
from services.reporting.rebuilds.schemas import ProjectionsView, RebuildRequest, RebuildView


class RebuildsApi:
    """Routes of projections and rebuilds."""

    @route("GET", "/projections", roles=(ANALYST,), returns=ProjectionsView)
    def show_projections(self, request: Request) -> dict[str, Any]:
        """Show how every projection stands, and how far a rebuild has come."""
        return {
            "last_position": last_position(request.session),
            "projections": queries.states(request.session),
        }

    @route("GET", "/rebuilds", roles=(ANALYST,), returns=RebuildView, many=True)
    def list_rebuilds(self, request: Request) -> Page:
        """List the rebuilds, newest first."""
        return request.page(queries.rebuilds(), Rebuild.id)

    @route("POST", "/rebuilds", roles=(ADMINISTRATOR,), body=RebuildRequest, returns=RebuildView, status=201)
    def start_rebuild(self, request: Request) -> Rebuild:
        """Build projections anew from the archive; what is read changes at once when that is done."""
        asked = request.body
        return start_rebuild(
            request.session, request.actor, asked["projections"], incomplete=asked["incomplete"]
        )

    @route("GET", "/rebuilds/<uuid:rebuild_id>", roles=(ANALYST,), returns=RebuildView)
    def show_rebuild(self, request: Request, rebuild_id: UUID) -> Rebuild:
        """Show one rebuild."""
        return queries.rebuild(request.session, rebuild_id)

    @route("POST", "/rebuilds/<uuid:rebuild_id>/stop", roles=(ADMINISTRATOR,), returns=RebuildView)
    def stop_rebuild(self, request: Request, rebuild_id: UUID) -> Rebuild:
        """Give a rebuild up; what is read stays as it is."""
        rebuild = queries.rebuild(request.session, rebuild_id, lock=True)
        stop_rebuild(request.session, request.actor, rebuild)
        return rebuild
