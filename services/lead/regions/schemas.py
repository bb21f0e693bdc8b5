"""What regions look like over HTTP."""

from marshmallow import fields

from services.lead.regions.model import KINDS
from services.lead.tree_schemas import NewNode, NodeChange, NodeFilter, NodeView, kind_of


class RegionChange(NodeChange):
    """What of a region may change."""

    kind = kind_of(KINDS)


class NewRegion(NewNode):
    """A region or territory to add."""

    kind = kind_of(KINDS, required=True)


class RegionFilter(NodeFilter):
    """Which regions to list."""

    kind = kind_of(KINDS)


class RegionView(NodeView):
    """A region or territory."""


class RegionDetailView(RegionView):
    """A region with the codes from the top down to it."""

    path = fields.List(fields.String())
