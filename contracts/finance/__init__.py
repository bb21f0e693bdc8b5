"""Events of the finance service: approvals, budgets with their ledger, claims."""

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
    "BudgetReplanned",
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
    "BudgetSuspended",
    "BudgetUnsuspended",
]
