"""Transfers between budget lines over HTTP. The approval desk decides on them."""

from uuid import UUID

from chassis.http import Page, Request, route
from services.finance.access import READERS, TRANSFERRERS
from services.finance.transfers import actions, queries
from services.finance.transfers.model import Transfer
from services.finance.transfers.schemas import NewTransfer, TransferFilter, TransferView


class TransferApi:
    """Routes of transfers."""

    @route("POST", "/transfers", roles=TRANSFERRERS, body=NewTransfer, returns=TransferView, status=201)
    def request_transfer(self, request: Request) -> Transfer:
        """Ask to move budget from one line to another.

        The amount is reserved at once and goes to the approval desk; 409 when the line cannot cover it.
        """
        return actions.request_transfer(request.session, request.actor, **request.body)

    @route("GET", "/transfers", roles=READERS, query=TransferFilter, returns=TransferView, many=True)
    def list_transfers(self, request: Request) -> Page:
        """List the transfers from and to budgets of your departments."""
        return request.page(queries.transfers(request.actor, **request.query), Transfer.id)

    @route("GET", "/transfers/<uuid:transfer_id>", roles=READERS, returns=TransferView)
    def show_transfer(self, request: Request, transfer_id: UUID) -> Transfer:
        """Show a transfer."""
        return queries.transfer(request.session, request.actor, transfer_id)

    @route("POST", "/transfers/<uuid:transfer_id>/withdrawal", roles=TRANSFERRERS, returns=TransferView)
    def withdraw_transfer(self, request: Request, transfer_id: UUID) -> Transfer:
        """Take your request back before it is decided; the amount is available again."""
        return actions.withdraw_transfer(request.session, request.actor, transfer_id=transfer_id)
