"""HTTP entrypoints of segments."""

from uuid import UUID

from chassis.http import Page, Request, route
from services.lead.roles import MARKETING, READERS
from services.lead.segments import actions, queries
from services.lead.segments.model import Segment
from services.lead.segments.queries import Preview
from services.lead.segments.schemas import NewSegment, PreviewView, SegmentChange, SegmentFilter, SegmentView


class SegmentsApi:
    """Choosing contacts by rule."""

    @route("POST", "/segments", roles=MARKETING, body=NewSegment, returns=SegmentView, status=201)
    def define_segment(self, request: Request) -> Segment:
        """Define a segment of a department's contacts."""
        return actions.define_segment(request.session, request.actor, **request.body)

    @route("GET", "/segments", roles=READERS, query=SegmentFilter, returns=SegmentView, many=True)
    def list_segments(self, request: Request) -> Page:
        """List the segments of your departments, newest first."""
        return request.page(queries.segments(request.actor, **request.query), Segment.id)

    @route("GET", "/segments/<uuid:segment_id>", roles=READERS, returns=SegmentView)
    def show_segment(self, request: Request, segment_id: UUID) -> Segment:
        """Show a segment."""
        return queries.find_segment(request.session, request.actor, segment_id)

    @route("PUT", "/segments/<uuid:segment_id>", roles=MARKETING, body=SegmentChange, returns=SegmentView)
    def change_segment(self, request: Request, segment_id: UUID) -> Segment:
        """Replace the name and rule of a segment. If-Match is needed."""
        segment = queries.find_segment(request.session, request.actor, segment_id)
        request.require_match(segment)
        return actions.change_segment(request.session, segment=segment, **request.body)

    @route("GET", "/segments/<uuid:segment_id>/preview", roles=READERS, returns=PreviewView)
    def preview_segment(self, request: Request, segment_id: UUID) -> Preview:
        """Count the contacts that a segment holds now, and show the newest ten."""
        segment = queries.find_segment(request.session, request.actor, segment_id)
        return queries.preview(request.session, segment)
