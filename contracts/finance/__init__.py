"""Events of the finance service: approvals, budgets and their ledger, transfers, envelopes, rates, claims."""

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
    LineBalance,
)
from contracts.finance.claims import (
    ClaimApproved,
    ClaimSettled,
    ClaimSubmitted,
)
from contracts.finance.envelopes import EnvelopeChanged, EnvelopeDrawn, EnvelopeOpened
from contracts.finance.rates import RatesRecorded
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
    "BudgetReplanned",
    "ClaimApproved",
    "ClaimSettled",
    "ClaimSubmitted",
    "EnvelopeChanged",
    "EnvelopeDrawn",
    "EnvelopeOpened",
    "LineBalance",
    "RatesRecorded",
    "TransferRequested",
    "TransferSettled",
]
