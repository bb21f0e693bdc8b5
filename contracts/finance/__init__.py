"""Events of the finance service: approvals, budgets from ledger to settlement, claims, pools and more."""

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
    BudgetBreached,
    BudgetLineChanged,
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
from contracts.finance.envelopes import EnvelopeChanged, EnvelopeDrawn, EnvelopeOpened
from contracts.finance.funding import (
    FundingCharged,
    FundingEnded,
    FundingGranted,
    FundingRefused,
)
from contracts.finance.pools import PoolAllocated, PoolChanged, PoolOpened, PoolReversed, PoolShare
from contracts.finance.rates import RatesRecorded
from contracts.finance.settlements import BudgetReopened, BudgetSettled, SettledLine
from contracts.finance.transfers import TransferRequested, TransferSettled

__all__ = [
    "ApprovalAdvanced",
    "ApprovalDecided",
    "ApprovalEscalated",
    "ApprovalOpened",
    "ApprovalReminded",
    "ApprovalVoided",
    "BudgetBreached",
    "BudgetLineChanged",
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
    "EnvelopeChanged",
    "EnvelopeDrawn",
    "EnvelopeOpened",
    "RatesRecorded",
    "TransferRequested",
    "TransferSettled",
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
