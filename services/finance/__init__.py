"""The money of marketing: who may spend it, what is set aside, and what is spent.

Owns the approval desk (flows, approvals, steps, decisions), authority limits and delegations, budgets with
their lines, the ledger and its settlement, transfers between lines, envelopes of departments and periods,
exchange rates, suppliers, purchases with receipts, invoices, kinds of expense with allowances and policies,
expense claims with payees and payment batches,
fundings: the money of waves, and pools of indirect costs with their allocation to campaigns.

Publishes ``approval.opened``, ``approval.advanced`` (somebody agreed, more must), ``approval.decided``,
``approval.voided``, ``approval.reminded`` and ``approval.escalated``; ``flow.published``, ``flow.retired``;
``authority.granted``, ``authority.ended``; ``delegation.agreed``, ``delegation.ended``; ``budget.opened``,
``budget.replanned`` and ``budget.posted`` (one for every ledger entry), ``budget.breached`` and
``budget.line_changed``, ``budget.suspended`` and ``budget.unsuspended``, ``budget.settled`` and
``budget.reopened``; ``transfer.requested`` and ``transfer.settled``; ``envelope.opened``,
``envelope.changed`` and ``envelope.drawn``; ``rates.recorded``; ``allowance.recorded``;
``policy.agreed`` and ``policy.ended``;
``claim.drafted``, ``claim.cleared``, ``claim.submitted``, ``claim.returned``, ``claim.approved`` and
``claim.settled``; ``advance.requested``, ``advance.approved``, ``advance.refused``, ``advance.paid`` and
``advance.settled``; ``payment.gathered``, ``payment.exported``, ``payment.cancelled`` and ``payment.closed``;
``funding.granted``, ``funding.refused``,
``funding.charged`` and ``funding.ended``; ``pool.opened``, ``pool.changed``, ``pool.allocated`` and
``pool.reversed``; ``supplier.saved`` and ``supplier.blocked``; ``purchase.requested``,
``purchase.approved``, ``purchase.rejected``, ``purchase.ordered``, ``purchase.received``,
``purchase.progressed``, ``purchase.cancelled`` and ``purchase.closed``; ``invoice.entered``,
``invoice.accepted``, ``invoice.disputed``, ``invoice.rejected`` and ``invoice.paid``; and
``financedata.answered``: what is held about a person who asks, which is nothing.

Consumes ``campaign.submitted``: a plan reaches the desk. When it passes there, its budget opens in the same
transaction. ``campaign.cancelled``: the plan leaves the desk if it is still open there.
``campaign.designed``, ``campaign.started``, ``campaign.launched``, ``campaign.targets_changed``,
``campaign.completed`` and
``lead.captured``: what finance knows of campaigns, to allocate by and to settle after.
``wave.funds_wanted`` and ``wave.funds_returned``, ``mailing.outcomes`` and ``mailing.finished``: what a wave
costs is reserved before it goes out, incurred as copies go, and the rest given back. ``privacy.requested``:
a person asks for their data, or for its erasure.
"""
