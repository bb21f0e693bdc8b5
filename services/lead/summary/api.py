"""HTTP entrypoints of summaries."""

from collections.abc import Sequence

from werkzeug.wrappers import Response

from chassis.http import Request, route
from services.lead.roles import READERS
from services.lead.summary import queries
from services.lead.summary.files import funnel_file, summary_file
from services.lead.summary.funnel import Stage
from services.lead.summary.schemas import (
    AgeingExport,
    AgeingQuery,
    FunnelExport,
    FunnelView,
    LeadsWanted,
    SummaryExport,
    SummaryQuery,
    SummaryView,
)
from services.lead.summary.sums import Summary


class SummaryApi:
    """How the leads that you may see stand."""

    @route("GET", "/lead-summary", roles=READERS, query=SummaryQuery, returns=SummaryView)
    def sum_up(self, request: Request) -> Summary:
        """Sum leads up by company, department, region, source, owner, pool, grade or period of capture."""
        return queries.summary(request.session, request.actor, **request.query)

    @route("GET", "/lead-summary/export", roles=READERS, query=SummaryExport)
    def export_summary(self, request: Request) -> Response:
        """The same as CSV or XLSX, with all lines."""
        wanted = dict(request.query)
        format = wanted.pop("format")
        made = queries.summary(request.session, request.actor, **wanted)
        return summary_file(made, name="lead-summary", format=format)

    @route("GET", "/lead-ageing", roles=READERS, query=AgeingQuery, returns=SummaryView)
    def show_ageing(self, request: Request) -> Summary:
        """Open leads by age, of the lead or of its stay in its state, and by state."""
        return queries.ageing(request.session, request.actor, **request.query)

    @route("GET", "/lead-ageing/export", roles=READERS, query=AgeingExport)
    def export_ageing(self, request: Request) -> Response:
        """The same as CSV or XLSX."""
        wanted = dict(request.query)
        format = wanted.pop("format")
        made = queries.ageing(request.session, request.actor, **wanted)
        return summary_file(made, name="lead-ageing", format=format)

    @route("GET", "/lead-funnel", roles=READERS, query=LeadsWanted, returns=FunnelView)
    def show_funnel(self, request: Request) -> dict[str, Sequence[Stage]]:
        """How many leads came to each state, and how long half of them stayed there at most."""
        return {"stages": queries.funnel(request.session, request.actor, **request.query)}

    @route("GET", "/lead-funnel/export", roles=READERS, query=FunnelExport)
    def export_funnel(self, request: Request) -> Response:
        """The same as CSV or XLSX."""
        wanted = dict(request.query)
        format = wanted.pop("format")
        stages = queries.funnel(request.session, request.actor, **wanted)
        return funnel_file(stages, format=format)
