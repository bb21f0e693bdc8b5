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
    ClaimSettled,
    ClaimSubmitted,
)
from contracts.finance.funding import (
    FundingCharged,
    FundingEnded,
    FundingGranted,
    FundingRefused,
)

__all__ = [
    "ApprovalAdvanced",
    "ApprovalDecided",
    "ApprovalOpened",
    "ApprovalVoided",
    "BudgetOpened",
    "BudgetPosted",
    "BudgetReplanned",
    "ClaimApproved",
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
