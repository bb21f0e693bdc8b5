"""Marks over HTTP."""

from uuid import UUID

from chassis.http import Request, route
from services.reporting.access import FEED_READERS
from services.reporting.marks.actions import set_mark
from services.reporting.marks.queries import Reached, reached
from services.reporting.marks.schemas import MarkView


class MarksApi:
    """Routes of marks."""

    @route("POST", "/feed-marks", roles=FEED_READERS, returns=MarkView, status=201)
    def set_feed_mark(self, request: Request) -> Reached:
        """Set a mark in the feed, behind everything that was published before."""
        mark = set_mark(request.session, request.actor)
        return Reached(mark.id, mark.asked_at, None, 0, 0)

    @route("GET", "/feed-marks/<uuid:mark_id>", roles=FEED_READERS, returns=MarkView)
    def show_feed_mark(self, request: Request, mark_id: UUID) -> Reached:
        """Show at which position of the feed a mark of yours stands, if it is there already."""
        return reached(request.session, request.actor, mark_id)
