"""The finance service, put together from its slices."""

from chassis.files.api import FilesApi
from chassis.service import Service
from services.finance.access import READERS
from services.finance.approvals.api import ApprovalApi
from services.finance.approvals.reactions import DeskReactions
from services.finance.budgets.api import BudgetApi
from services.finance.claims.api import ClaimApi
from services.finance.envelopes.api import EnvelopeApi
from services.finance.rates.api import RateApi
from services.finance.settings import FinanceSettings
from services.finance.transfers.api import TransferApi


class FinanceService(
    Service,
    ApprovalApi,
    BudgetApi,
    TransferApi,
    EnvelopeApi,
    RateApi,
    ClaimApi,
    FilesApi,
    DeskReactions,
):
    """Owns the approval desk, budgets with their ledger, transfers, envelopes, exchange rates, and claims.

    Publishes events of all of them. Consumes submitted plans and cancelled campaigns.
    """

    name = "finance"
    Settings = FinanceSettings
    file_readers = READERS
