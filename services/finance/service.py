"""The finance service, put together from its slices."""

from chassis.files.api import FilesApi
from chassis.service import Service
from services.finance.access import READERS
from services.finance.allocation.api import AllocationApi
from services.finance.approvals.api import ApprovalApi
from services.finance.approvals.reactions import DeskReactions
from services.finance.budgets.api import BudgetApi
from services.finance.claims.api import ClaimApi
from services.finance.facts.reactions import FactsReactions
from services.finance.funding.api import FundingApi
from services.finance.funding.reactions import FundingReactions
from services.finance.invoices.api import InvoiceApi
from services.finance.purchases.api import PurchaseApi
from services.finance.settings import FinanceSettings
from services.finance.settlement.api import SettlementApi
from services.finance.suppliers.api import SupplierApi


class FinanceService(
    Service,
    ApprovalApi,
    BudgetApi,
    ClaimApi,
    FundingApi,
    SupplierApi,
    PurchaseApi,
    InvoiceApi,
    AllocationApi,
    SettlementApi,
    FilesApi,
    DeskReactions,
    FactsReactions,
    FundingReactions,
):
    """Owns the approval desk, budgets from ledger to settlement, claims, purchases, pools, money of waves.

    Publishes events of approvals, budgets, claims, fundings, pools, suppliers, purchases and invoices.
    Consumes submitted plans, the life of campaigns, leads, what waves ask for, and what became of
    their copies.
    """

    name = "finance"
    Settings = FinanceSettings
    file_readers = READERS
