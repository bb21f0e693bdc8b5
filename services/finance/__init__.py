"""The money of marketing: who may spend it, what is set aside, and what is spent.

Owns the approval desk (flows, approvals, steps, decisions), budgets with their lines and the ledger,
expense claims with payees and payment batches, and fundings: the money of waves.

Publishes ``approval.opened``, ``approval.advanced`` (somebody agreed, more must), ``approval.decided`` and
``approval.voided``; ``budget.opened``, ``budget.replanned`` and ``budget.posted`` (one for every ledger
entry), ``budget.suspended`` and ``budget.unsuspended``; ``claim.drafted``,
``claim.cleared``, ``claim.submitted``, ``claim.returned``, ``claim.approved`` and ``claim.settled``;
``payment.gathered``, ``payment.exported``, ``payment.cancelled`` and ``payment.closed``;
``funding.granted``, ``funding.refused``, ``funding.charged`` and ``funding.ended``.

Consumes ``campaign.submitted``: a plan reaches the desk. When it passes there, its budget opens in the same
transaction. ``campaign.cancelled``: the plan leaves the desk if it is still open there.
``wave.funds_wanted`` and ``wave.funds_returned``, ``mailing.outcomes`` and ``mailing.finished``: what a wave
costs is reserved before it goes out, incurred as copies go, and the rest given back.
"""
