"""Events of the finance service: approvals, budgets from ledger to settlement, claims, cost pools."""

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
    ClaimCleared,
    ClaimDrafted,
    ClaimReturned,
    ClaimSettled,
    ClaimSubmitted,
)
from contracts.finance.funding import (
    FundingCharged,
    FundingEnded,
    FundingGranted,
    FundingRefused,
)
from contracts.finance.payments import (
    PaymentCancelled,
    PaymentClosed,
    PaymentExported,
    PaymentGathered,
)
from contracts.finance.pools import PoolAllocated, PoolChanged, PoolOpened, PoolReversed, PoolShare
from contracts.finance.settlements import BudgetReopened, BudgetSettled, SettledLine

__all__ = [
    "PaymentCancelled",
    "PaymentClosed",
    "PaymentExported",
    "PaymentGathered",
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
    "ClaimCleared",
    "ClaimDrafted",
    "ClaimReturned",
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
