"""Events of the finance service: the desk, budgets, claims, cost pools, suppliers, purchases, invoices."""

from contracts.finance.approvals import (
    ApprovalAdvanced,
    ApprovalDecided,
    ApprovalOpened,
    ApprovalVoided,
)
from contracts.finance.budgets import (
    BudgetOpened,
    BudgetPosted,
    BudgetReplanned,
    BudgetSuspended,
    BudgetUnsuspended,
    LineBalance,
)
from contracts.finance.claims import (
    ClaimApproved,
    ClaimSettled,
    ClaimSubmitted,
)
from contracts.finance.funding import (
    FundingCharged,
    FundingEnded,
    FundingGranted,
    FundingRefused,
)
from contracts.finance.invoices import (
    InvoiceAccepted,
    InvoiceDisputed,
    InvoiceEntered,
    InvoicePaid,
    InvoiceRejected,
)
from contracts.finance.pools import PoolAllocated, PoolChanged, PoolOpened, PoolReversed, PoolShare
from contracts.finance.purchases import (
    PurchaseApproved,
    PurchaseCancelled,
    PurchaseClosed,
    PurchaseItem,
    PurchaseOrdered,
    PurchaseProgressed,
    PurchaseReceived,
    PurchaseRejected,
    PurchaseRequested,
    ReceivedItem,
)
from contracts.finance.settlements import BudgetReopened, BudgetSettled, SettledLine
from contracts.finance.suppliers import (
    SupplierBlocked,
    SupplierSaved,
)

__all__ = [
    "SupplierBlocked",
    "SupplierSaved",
    "PurchaseApproved",
    "PurchaseCancelled",
    "PurchaseClosed",
    "PurchaseItem",
    "PurchaseOrdered",
    "PurchaseProgressed",
    "PurchaseReceived",
    "PurchaseRejected",
    "PurchaseRequested",
    "ReceivedItem",
    "InvoiceAccepted",
    "InvoiceDisputed",
    "InvoiceEntered",
    "InvoicePaid",
    "InvoiceRejected",
    "ApprovalAdvanced",
    "ApprovalDecided",
    "ApprovalOpened",
    "ApprovalVoided",
    "BudgetOpened",
    "BudgetPosted",
    "BudgetReopened",
    "BudgetReplanned",
    "BudgetSettled",
    "ClaimApproved",
    "ClaimSettled",
    "ClaimSubmitted",
    "FundingCharged",
    "FundingEnded",
    "FundingGranted",
    "FundingRefused",
    "LineBalance",
    "PoolAllocated",
    "PoolChanged",
    "PoolOpened",
    "PoolReversed",
    "PoolShare",
    "SettledLine",
    "BudgetSuspended",
    "BudgetUnsuspended",
]
