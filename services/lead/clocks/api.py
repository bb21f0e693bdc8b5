"""HTTP entrypoints of clocks."""

from chassis.http import Page, Request, route
from services.lead.clocks import queries
from services.lead.clocks.model import Clock
from services.lead.clocks.schemas import ClockFilter, ClockView
from services.lead.roles import READERS


class ClocksApi:
    """By when something must have happened, and what is late."""

    @route("GET", "/clocks", roles=READERS, query=ClockFilter, returns=ClockView, many=True)
    def list_clocks(self, request: Request) -> Page:
        """List the clocks of leads and requests, newest first; ``late=true`` is the check list."""
        page = request.page(queries.clocks(request.actor, **request.query), Clock.id)
        return Page(queries.shown(page.items), page.next)
