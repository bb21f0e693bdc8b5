"""The money of marketing: who may spend it, what is set aside, and what is spent.

Owns the approval desk (flows, approvals, steps, decisions), budgets with their lines and the ledger,
transfers between lines, envelopes of departments and periods, exchange rates, and expense claims.

Publishes ``approval.opened``, ``approval.advanced`` (somebody agreed, more must), ``approval.decided`` and
``approval.voided``; ``budget.opened``, ``budget.replanned``, ``budget.posted`` (one for every ledger
entry), ``budget.breached`` and ``budget.line_changed``; ``transfer.requested`` and ``transfer.settled``;
``envelope.opened``, ``envelope.changed`` and ``envelope.drawn``; ``rates.recorded``;
``claim.submitted``, ``claim.approved`` and ``claim.settled``.

Consumes ``campaign.submitted``: a plan reaches the desk. When it passes there, its budget opens in the same
transaction. Consumes ``campaign.cancelled``: the plan leaves the desk if it is still open there.
"""
