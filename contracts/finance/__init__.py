"""Events of the finance service: approvals, budgets from ledger to settlement, claims, pools and more."""

from contracts.finance.approvals import (
    ApprovalAdvanced,
    ApprovalDecided,
    ApprovalOpened,
    ApprovalVoided,
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
    "ApprovalOpened",
    "ApprovalVoided",
    "BudgetBreached",
    "BudgetLineChanged",
    "BudgetOpened",
    "BudgetPosted",
    "BudgetReopened",
    "BudgetReplanned",
    "BudgetSettled",
    "ClaimApproved",
    "ClaimSettled",
    "ClaimSubmitted",
    "EnvelopeChanged",
    "EnvelopeDrawn",
    "EnvelopeOpened",
    "RatesRecorded",
    "TransferRequested",
    "TransferSettled",
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
