"""Events of the finance service: approvals, authority, budgets from ledger to settlement, claims, pools."""

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
from contracts.finance.pools import PoolAllocated, PoolChanged, PoolOpened, PoolReversed, PoolShare
from contracts.finance.settlements import BudgetReopened, BudgetSettled, SettledLine

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
    "BudgetReopened",
    "BudgetReplanned",
    "BudgetSettled",
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
    "PoolAllocated",
    "PoolChanged",
    "PoolOpened",
    "PoolReversed",
    "PoolShare",
    "SanctionedItem",
    "SettledLine",
]
