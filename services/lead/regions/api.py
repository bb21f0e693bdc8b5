"""HTTP entrypoints of regions."""

from typing import Any
from uuid import UUID

from chassis.http import Page, Request, route
from services.lead import coded
from services.lead.departments import find
from services.lead.regions.model import Region
from services.lead.regions.schemas import (
    NewRegion,
    RegionChange,
    RegionDetailView,
    RegionFilter,
    RegionView,
)
from services.lead.roles import CUSTOMER_KEEPERS, READERS
from services.lead.trees import add_node, change_node, path_of


class RegionDetail:
    """A region with its path, shown with its version as ETag."""

    def __init__(self, region: Region, path: list[str]) -> None:
        self._region, self.path = region, path

    def __getattr__(self, name: str) -> Any:
        return getattr(self._region, name)


class RegionsApi:
    """Keeping regions and territories."""

    @route("POST", "/regions", roles=CUSTOMER_KEEPERS, body=NewRegion, returns=RegionView, status=201)
    def add_region(self, request: Request) -> Region:
        """Add a region or territory of a department, perhaps below another one."""
        return add_node(request.session, request.actor, Region, **request.body)

    @route("GET", "/regions", roles=READERS, query=RegionFilter, returns=RegionView, many=True)
    def list_regions(self, request: Request) -> Page:
        """List the regions of your departments, newest first."""
        return request.page(coded.listed(request.actor, Region, **request.query), Region.id)

    @route("GET", "/regions/<uuid:region_id>", roles=READERS, returns=RegionDetailView)
    def show_region(self, request: Request, region_id: UUID) -> RegionDetail:
        """Show a region with the codes from the top down to it."""
        region = find(request.session, request.actor, Region, region_id, what="region")
        return RegionDetail(region, path_of(request.session, Region, region.id))

    @route(
        "PATCH",
        "/regions/<uuid:region_id>",
        roles=CUSTOMER_KEEPERS,
        body=RegionChange,
        returns=RegionView,
    )
    def change_region(self, request: Request, region_id: UUID) -> Region:
        """Rename a region, move it below another, retire it, or bring it back. If-Match is needed."""
        region = find(request.session, request.actor, Region, region_id, what="region")
        request.require_match(region)
        return change_node(request.session, node=region, **request.body)
