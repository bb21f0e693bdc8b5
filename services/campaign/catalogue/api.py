"""HTTP entrypoints of the lists of codes."""

from uuid import UUID

from chassis.http import Request, route
from chassis.paging import Page
from contracts.roles import ADMINISTRATOR
from services.campaign.catalogue import actions, queries
from services.campaign.catalogue.model import Term
from services.campaign.catalogue.schemas import NewTerm, TermChange, TermFilter, TermView
from services.campaign.roles import READERS


class CatalogueApi:
    """The codes that plans are made with. Everybody who plans sees them; administrators keep them."""

    @route("GET", "/terms", roles=READERS, query=TermFilter, returns=TermView, many=True)
    def list_terms(self, request: Request) -> Page:
        """List the codes of all lists or of one, newest first."""
        return request.page(queries.terms(**request.query), Term.id)

    @route("POST", "/terms", roles=(ADMINISTRATOR,), body=NewTerm, returns=TermView, status=201)
    def add_term(self, request: Request) -> Term:
        """Add a code to a list; it may be used at once."""
        return actions.add_term(request.session, request.actor, **request.body)

    @route("PATCH", "/terms/<uuid:term_id>", roles=(ADMINISTRATOR,), body=TermChange, returns=TermView)
    def change_term(self, request: Request, term_id: UUID) -> Term:
        """Rename a term, retire it, or bring it back. Campaigns keep codes that were retired since.

        If-Match is needed: the ``version`` that the change builds on, in double quotes.
        """
        term = queries.find_term(request.session, term_id)
        request.require_match(term)
        return actions.change_term(request.session, request.actor, term=term, **request.body)
