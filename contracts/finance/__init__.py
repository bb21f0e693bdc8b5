"""Events of the finance service: approvals and authority, budgets with their ledger, claims."""

from contracts.finance.approvals import (
    ApprovalAdvanced,
    ApprovalDecided,
    ApprovalEscalated,
    ApprovalOpened,
    ApprovalReminded,
    ApprovalVoided,
    Asked,
    SanctionedItem,
)
from contracts.finance.authority import (
    AuthorityEnded,
    AuthorityGranted,
    DelegationAgreed,
    DelegationEnded,
    FlowPublished,
    FlowRetired,
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
    "ApprovalEscalated",
    "ApprovalOpened",
    "ApprovalReminded",
    "ApprovalVoided",
    "Asked",
    "AuthorityEnded",
    "AuthorityGranted",
    "BudgetOpened",
    "BudgetPosted",
    "BudgetReplanned",
    "BudgetSuspended",
    "BudgetUnsuspended",
    "ClaimApproved",
    "ClaimSettled",
    "ClaimSubmitted",
    "DelegationAgreed",
    "DelegationEnded",
    "FlowPublished",
    "FlowRetired",
    "FundingCharged",
    "FundingEnded",
    "FundingGranted",
    "FundingRefused",
    "LineBalance",
    "SanctionedItem",
]
