"""The finance service, put together from its slices."""

from chassis.files.api import FilesApi
from chassis.service import Service
from services.finance.access import READERS
from services.finance.advances.api import AdvanceApi
from services.finance.allocation.api import AllocationApi
from services.finance.approvals.api import ApprovalApi
from services.finance.approvals.flow_api import FlowApi
from services.finance.approvals.reactions import DeskReactions
from services.finance.authority.api import AuthorityApi
from services.finance.budgets.api import BudgetApi
from services.finance.claims.api import ClaimApi
from services.finance.envelopes.api import EnvelopeApi
from services.finance.expenses.api import ExpenseApi
from services.finance.facts.reactions import FactsReactions
from services.finance.funding.api import FundingApi
from services.finance.funding.reactions import FundingReactions
from services.finance.invoices.api import InvoiceApi
from services.finance.payments.api import PaymentApi
from services.finance.privacy.reactions import PrivacyReactions
from services.finance.purchases.api import PurchaseApi
from services.finance.rates.api import RateApi
from services.finance.settings import FinanceSettings
from services.finance.settlement.api import SettlementApi
from services.finance.suppliers.api import SupplierApi
from services.finance.transfers.api import TransferApi


class FinanceService(
    Service,
    ApprovalApi,
    FlowApi,
    AuthorityApi,
    BudgetApi,
    TransferApi,
    EnvelopeApi,
    RateApi,
    ExpenseApi,
    ClaimApi,
    AdvanceApi,
    PaymentApi,
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
    PrivacyReactions,
):
    """Owns the approval desk with its authority, budgets from ledger to settlement, purchases, claims, cost
    pools, and the money of waves.

    Beside them suppliers, transfers, envelopes, exchange rates, allowances and policies. Publishes events of
    all of them. Consumes submitted plans, the life of campaigns, leads, what waves ask for, and how their
    copies fare.
    """

    name = "finance"
    Settings = FinanceSettings
    file_readers = READERS
