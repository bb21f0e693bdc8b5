"""The archive over HTTP: a feed that other systems read from any point."""

from werkzeug.wrappers import Response

from chassis.http import Request, route
from services.reporting.access import FEED_READERS
from services.reporting.archive import cloudevents, queries
from services.reporting.archive.schemas import FeedFilter


class ArchiveApi:
    """Routes of the archive."""

    @route("GET", "/events", roles=FEED_READERS, query=FeedFilter)
    def list_events(self, request: Request) -> Response:
        """Read the events of your departments in the order they were archived, as a CloudEvents batch.

        The Link header names the address of what follows. Ask it again later when the batch is empty.
        """
        queries.check_complete(request.session, **request.query)
        head = queries.head(request.session)
        events = request.session.scalars(queries.events(request.actor, **request.query)).all()
        after = queries.next_after(events, head=head, **request.query)
        return cloudevents.batch(events, path="/events", query=request.query, after=after)
