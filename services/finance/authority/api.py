"""Authority limits and delegations over HTTP."""

from uuid import UUID

from chassis.http import Page, Request, route
from contracts.roles import ADMINISTRATOR
from services.finance.access import DECIDERS, READERS
from services.finance.authority import actions, queries
from services.finance.authority.model import Authority, Delegation
from services.finance.authority.schemas import (
    AuthorityFilter,
    AuthorityView,
    DelegationFilter,
    DelegationView,
    NewAuthority,
    NewDelegation,
)


class AuthorityApi:
    """Routes of limits, which administrators grant, and of delegations, which anybody makes for himself."""

    @route("GET", "/authorities", roles=READERS, query=AuthorityFilter, returns=AuthorityView, many=True)
    def list_authorities(self, request: Request) -> Page:
        """List the authority limits of your departments, and those for all departments."""
        return request.page(queries.authorities(request.actor, **request.query), Authority.id)

    @route("GET", "/authorities/<uuid:authority_id>", roles=READERS, returns=AuthorityView)
    def show_authority(self, request: Request, authority_id: UUID) -> Authority:
        """Show an authority limit."""
        return queries.authority(request.session, request.actor, authority_id)

    @route(
        "POST", "/authorities", roles=(ADMINISTRATOR,), body=NewAuthority, returns=AuthorityView, status=201
    )
    def grant_authority(self, request: Request) -> Authority:
        """Let somebody approve up to a limit.

        Whoever has a limit for a kind and department approves within it only; others are held back where
        a step needs authority.
        """
        return actions.grant_authority(request.session, request.actor, **request.body)

    @route("DELETE", "/authorities/<uuid:authority_id>", roles=(ADMINISTRATOR,), returns=AuthorityView)
    def end_authority(self, request: Request, authority_id: UUID) -> Authority:
        """End an authority limit now. It stays listed, as what was approved under it stands."""
        return actions.end_authority(request.session, request.actor, authority_id=authority_id)

    @route("GET", "/delegations", roles=READERS, query=DelegationFilter, returns=DelegationView, many=True)
    def list_delegations(self, request: Request) -> Page:
        """List the delegations that name you; readers of every department see all."""
        return request.page(queries.delegations(request.actor, **request.query), Delegation.id)

    @route("GET", "/delegations/<uuid:delegation_id>", roles=READERS, returns=DelegationView)
    def show_delegation(self, request: Request, delegation_id: UUID) -> Delegation:
        """Show a delegation."""
        return queries.delegation(request.session, request.actor, delegation_id)

    @route("POST", "/delegations", roles=DECIDERS, body=NewDelegation, returns=DelegationView, status=201)
    def delegate(self, request: Request) -> Delegation:
        """Have somebody decide on your seat for a while, or say that you are away.

        An administrator does it for others too, and names the roles and departments of their seat.
        """
        return actions.delegate(request.session, request.actor, **request.body)

    @route("DELETE", "/delegations/<uuid:delegation_id>", roles=DECIDERS, returns=DelegationView)
    def end_delegation(self, request: Request, delegation_id: UUID) -> Delegation:
        """End a delegation now. It stays listed."""
        return actions.end_delegation(request.session, request.actor, delegation_id=delegation_id)
