"""The supplier file over HTTP."""

from uuid import UUID

from chassis.http import Page, Request, route
from contracts.roles import FINANCE_CLERK
from services.finance.access import PURCHASERS, READERS
from services.finance.suppliers import actions, queries
from services.finance.suppliers.model import Supplier
from services.finance.suppliers.schemas import Blocking, NewSupplier, SupplierFilter, SupplierView

EVERYBODY = tuple(sorted({*READERS, *PURCHASERS}))
KEEPERS = (FINANCE_CLERK,)


class SupplierApi:
    """Routes of suppliers."""

    @route("POST", "/suppliers", roles=KEEPERS, body=NewSupplier, returns=SupplierView, status=201)
    def enter_supplier(self, request: Request) -> Supplier:
        """Enter a supplier. Its IBAN and BIC are checked."""
        return actions.enter_supplier(request.session, request.actor, **request.body)

    @route("GET", "/suppliers", roles=EVERYBODY, query=SupplierFilter, returns=SupplierView, many=True)
    def list_suppliers(self, request: Request) -> Page:
        """List the suppliers of your departments and those that all share."""
        return request.page(queries.suppliers(request.actor, **request.query), Supplier.id)

    @route("GET", "/suppliers/<uuid:supplier_id>", roles=EVERYBODY, returns=SupplierView)
    def show_supplier(self, request: Request, supplier_id: UUID) -> Supplier:
        """Show a supplier."""
        return queries.supplier(request.session, request.actor, supplier_id)

    @route("PUT", "/suppliers/<uuid:supplier_id>", roles=KEEPERS, body=NewSupplier, returns=SupplierView)
    def change_supplier(self, request: Request, supplier_id: UUID) -> Supplier:
        """Replace what is known of a supplier; it keeps its code."""
        supplier = queries.supplier(request.session, request.actor, supplier_id)
        request.require_match(supplier)
        return actions.change_supplier(request.session, request.actor, supplier=supplier, **request.body)

    @route(
        "POST",
        "/suppliers/<uuid:supplier_id>/block",
        roles=KEEPERS,
        body=Blocking,
        returns=SupplierView,
        status=200,
    )
    def block_supplier(self, request: Request, supplier_id: UUID) -> Supplier:
        """Order nothing more from a supplier."""
        supplier = queries.supplier(request.session, request.actor, supplier_id)
        return actions.block_supplier(request.session, request.actor, supplier=supplier, **request.body)

    @route("DELETE", "/suppliers/<uuid:supplier_id>/block", roles=KEEPERS, returns=SupplierView, status=200)
    def unblock_supplier(self, request: Request, supplier_id: UUID) -> Supplier:
        """Buy from a supplier again."""
        supplier = queries.supplier(request.session, request.actor, supplier_id)
        return actions.unblock_supplier(request.session, request.actor, supplier=supplier)
