"""Events of the finance service: approvals, budgets from ledger to settlement, purchases, claims, pools."""

from contracts.finance.advances import (
    AdvanceApproved,
    AdvancePaid,
    AdvanceRefused,
    AdvanceRequested,
    AdvanceSettled,
)
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
    ClaimCleared,
    ClaimDrafted,
    ClaimReturned,
    ClaimSettled,
    ClaimSubmitted,
)
from contracts.finance.envelopes import (
    EnvelopeChanged,
    EnvelopeDrawn,
    EnvelopeOpened,
)
from contracts.finance.expenses import (
    AllowanceRecorded,
    PolicyAgreed,
    PolicyEnded,
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
from contracts.finance.payments import (
    PaymentCancelled,
    PaymentClosed,
    PaymentExported,
    PaymentGathered,
)
from contracts.finance.pools import (
    PoolAllocated,
    PoolChanged,
    PoolOpened,
    PoolReversed,
    PoolShare,
)
from contracts.finance.privacy import FinanceAnswered
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
from contracts.finance.rates import (
    RatesRecorded,
)
from contracts.finance.settlements import (
    BudgetReopened,
    BudgetSettled,
    SettledLine,
)
from contracts.finance.suppliers import (
    SupplierBlocked,
    SupplierSaved,
)
from contracts.finance.transfers import (
    TransferRequested,
    TransferSettled,
)

__all__ = [
    "AdvanceApproved",
    "AdvancePaid",
    "AdvanceRefused",
    "AdvanceRequested",
    "AdvanceSettled",
    "AllowanceRecorded",
    "ApprovalAdvanced",
    "ApprovalDecided",
    "ApprovalEscalated",
    "ApprovalOpened",
    "ApprovalReminded",
    "ApprovalVoided",
    "Asked",
    "AuthorityEnded",
    "AuthorityGranted",
    "BudgetBreached",
    "BudgetLineChanged",
    "BudgetOpened",
    "BudgetPosted",
    "BudgetReopened",
    "BudgetReplanned",
    "BudgetSettled",
    "BudgetSuspended",
    "BudgetUnsuspended",
    "ClaimApproved",
    "ClaimCleared",
    "ClaimDrafted",
    "ClaimReturned",
    "ClaimSettled",
    "ClaimSubmitted",
    "DelegationAgreed",
    "DelegationEnded",
    "EnvelopeChanged",
    "EnvelopeDrawn",
    "EnvelopeOpened",
    "FlowPublished",
    "FlowRetired",
    "FinanceAnswered",
    "FundingCharged",
    "FundingEnded",
    "FundingGranted",
    "FundingRefused",
    "InvoiceAccepted",
    "InvoiceDisputed",
    "InvoiceEntered",
    "InvoicePaid",
    "InvoiceRejected",
    "LineBalance",
    "PaymentCancelled",
    "PaymentClosed",
    "PaymentExported",
    "PaymentGathered",
    "PolicyAgreed",
    "PolicyEnded",
    "PoolAllocated",
    "PoolChanged",
    "PoolOpened",
    "PoolReversed",
    "PoolShare",
    "PurchaseApproved",
    "PurchaseCancelled",
    "PurchaseClosed",
    "PurchaseItem",
    "PurchaseOrdered",
    "PurchaseProgressed",
    "PurchaseReceived",
    "PurchaseRejected",
    "PurchaseRequested",
    "RatesRecorded",
    "ReceivedItem",
    "SanctionedItem",
    "SettledLine",
    "SupplierBlocked",
    "SupplierSaved",
    "TransferRequested",
    "TransferSettled",
]
