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
from services.finance.settings import FinanceSettings
from services.finance.settlement.api import SettlementApi


class FinanceService(
    Service,
    ApprovalApi,
    BudgetApi,
    ClaimApi,
    AllocationApi,
    SettlementApi,
    FilesApi,
    DeskReactions,
    FactsReactions,
):
    """Owns the approval desk, budgets with their ledger and their settlement, claims, and cost pools.

    Publishes events of approvals, budgets, claims and pools. Consumes submitted plans, the life of campaigns,
    and leads.
    """

    name = "finance"
    Settings = FinanceSettings
    file_readers = READERS
