"""The finance service, put together from its slices."""

from chassis.files.api import FilesApi
from chassis.service import Service
from services.finance.access import READERS
from services.finance.approvals.api import ApprovalApi
from services.finance.approvals.flow_api import FlowApi
from services.finance.approvals.reactions import DeskReactions
from services.finance.authority.api import AuthorityApi
from services.finance.budgets.api import BudgetApi
from services.finance.claims.api import ClaimApi
from services.finance.funding.api import FundingApi
from services.finance.funding.reactions import FundingReactions
from services.finance.settings import FinanceSettings


class FinanceService(
    Service,
    ApprovalApi,
    FlowApi,
    AuthorityApi,
    BudgetApi,
    ClaimApi,
    FundingApi,
    FilesApi,
    DeskReactions,
    FundingReactions,
):
    """Owns the approval desk with its authority, budgets with their ledger, claims, and the money of waves.

    Publishes events of approvals, flows, authorities, delegations, budgets, claims and fundings. Consumes
    submitted plans and cancelled campaigns, what waves ask for, and what became of their copies.
    """

    name = "finance"
    Settings = FinanceSettings
    file_readers = READERS
