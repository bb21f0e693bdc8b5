"""The money of marketing: who may spend it, what is set aside, and what is spent.

Owns the approval desk (flows, approvals, steps, decisions), budgets with their lines and the ledger,
and expense claims.

Publishes ``approval.opened``, ``approval.advanced`` (somebody agreed, more must), ``approval.decided`` and
``approval.voided``; ``budget.opened``, ``budget.replanned`` and ``budget.posted`` (one for every ledger
entry); ``claim.submitted``, ``claim.approved`` and ``claim.settled``.

Consumes ``campaign.submitted``: a plan reaches the desk. When it passes there, its budget opens in the same
transaction. Consumes ``campaign.cancelled``: the plan leaves the desk if it is still open there.
"""
