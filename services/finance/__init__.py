"""The money of marketing: who may spend it, what is set aside, and what is spent.

Owns the approval desk (flows, approvals, steps, decisions), budgets with their lines and the ledger,
expense claims, fundings (the money of waves), suppliers, purchases with receipts, and invoices.

Publishes ``approval.opened``, ``approval.advanced`` (somebody agreed, more must), ``approval.decided`` and
``approval.voided``; ``budget.opened``, ``budget.replanned`` and ``budget.posted`` (one for every ledger
entry), ``budget.suspended`` and ``budget.unsuspended``; ``claim.submitted``, ``claim.approved`` and
``claim.settled``; ``funding.granted``, ``funding.refused``, ``funding.charged`` and ``funding.ended``;
``supplier.saved`` and ``supplier.blocked``; ``purchase.requested``, ``purchase.approved``,
``purchase.rejected``, ``purchase.ordered``, ``purchase.received``, ``purchase.progressed``, ``purchase.cancelled`` and
``purchase.closed``; ``invoice.entered``, ``invoice.accepted``, ``invoice.disputed``, ``invoice.rejected`` and
``invoice.paid``.

Consumes ``campaign.submitted``: a plan reaches the desk. When it passes there, its budget opens in the same
transaction. ``campaign.cancelled``: the plan leaves the desk if it is still open there.
``wave.funds_wanted`` and ``wave.funds_returned``, ``mailing.outcomes`` and ``mailing.finished``: what a wave
costs is reserved before it goes out, incurred as copies go, and the rest given back.
"""
