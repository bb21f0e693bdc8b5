"""Exchange rates over HTTP."""

from chassis.http import Page, Request, route
from contracts.roles import FINANCE_CLERK
from services.finance.access import READERS
from services.finance.rates import actions, queries
from services.finance.rates.model import ExchangeRate, RateSheet
from services.finance.rates.queries import Converted
from services.finance.rates.schemas import (
    ConversionQuery,
    ConvertedView,
    ImportQuery,
    NewRate,
    RateFilter,
    RateSheetView,
    RateView,
)

MOST_BYTES = 4 << 20


class RateApi:
    """Routes of exchange rates, which hold for all departments."""

    @route("GET", "/rates", roles=READERS, query=RateFilter, returns=RateView, many=True)
    def list_rates(self, request: Request) -> Page:
        """List exchange rates, those recorded last first."""
        return request.page(queries.rates(**request.query), ExchangeRate.id)

    @route("POST", "/rates", roles=(FINANCE_CLERK,), body=NewRate, returns=RateSheetView, status=201)
    def record_rate(self, request: Request) -> RateSheet:
        """Record the rate of a day by hand."""
        return actions.record_rate(request.session, request.actor, **request.body)

    @route(
        "POST",
        "/rates/import",
        roles=(FINANCE_CLERK,),
        query=ImportQuery,
        returns=RateSheetView,
        stream=True,
        max_body=MOST_BYTES,
        status=201,
    )
    def import_rates(self, request: Request) -> RateSheet:
        """Record the rates of a CSV file (base, quote, date, rate, or as the ECB has it), all or none."""
        return actions.import_rates(
            request.session, request.actor, file=request.stream, source=request.query["source"]
        )

    @route("GET", "/rates/conversion", roles=READERS, query=ConversionQuery, returns=ConvertedView)
    def convert(self, request: Request) -> Converted:
        """Convert an amount by the latest rate on or before a day."""
        return queries.convert(request.session, **request.query)
