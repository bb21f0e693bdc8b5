"""The names of events, exchanges and queues are frozen once shipped: whoever binds to them relies on them.

A new name may be added here. One that is changed or removed breaks a system out there.
"""

from contracts.schemas import declared
from contracts.topology import PRODUCERS, QUEUES

EVENTS = {
    "campaign.designed.v1": "campaign.events",
    "campaign.start_failed.v1": "campaign.events",
    "campaign.paused.v1": "campaign.events",
    "campaign.resumed.v1": "campaign.events",
    "campaign.completed.v1": "campaign.events",
    "campaign.cancelled.v1": "campaign.events",
    "campaign.closed.v1": "campaign.events",
    "campaign.reopened.v1": "campaign.events",
    "campaign.submitted.v1": "campaign.events",
    "campaign.approved.v1": "campaign.events",
    "campaign.returned.v1": "campaign.events",
    "campaign.started.v1": "campaign.events",
    "campaign.launched.v1": "campaign.events",
    "campaign.targets_changed.v1": "campaign.events",
    "campaign.targets_progressed.v1": "campaign.events",
    "campaign.responded.v1": "campaign.events",
    "campaign.leads_wanted.v1": "campaign.events",
    "campaign.contacts_listed.v1": "campaign.events",
    "campaign.changed.v1": "campaign.events",
    "campaign.amendment_closed.v1": "campaign.events",
    "term.saved.v1": "campaign.events",
    "wave.released.v1": "campaign.events",
    "wave.funds_wanted.v1": "campaign.events",
    "wave.funds_returned.v1": "campaign.events",
    "wave.targets.v1": "campaign.events",
    "task.planned.v1": "campaign.events",
    "task.dropped.v1": "campaign.events",
    "task.assigned.v1": "campaign.events",
    "task.progressed.v1": "campaign.events",
    "task.rescheduled.v1": "campaign.events",
    "task.completed.v1": "campaign.events",
    "task.cancelled.v1": "campaign.events",
    "task.overdue.v1": "campaign.events",
    "approval.opened.v1": "finance.events",
    "approval.advanced.v1": "finance.events",
    "approval.decided.v1": "finance.events",
    "approval.voided.v1": "finance.events",
    "approval.reminded.v1": "finance.events",
    "approval.escalated.v1": "finance.events",
    "flow.published.v1": "finance.events",
    "flow.retired.v1": "finance.events",
    "authority.granted.v1": "finance.events",
    "authority.ended.v1": "finance.events",
    "delegation.agreed.v1": "finance.events",
    "delegation.ended.v1": "finance.events",
    "budget.opened.v1": "finance.events",
    "budget.replanned.v1": "finance.events",
    "budget.posted.v1": "finance.events",
    "budget.settled.v1": "finance.events",
    "budget.reopened.v1": "finance.events",
    "allowance.recorded.v1": "finance.events",
    "policy.agreed.v1": "finance.events",
    "policy.ended.v1": "finance.events",
    "pool.opened.v1": "finance.events",
    "pool.changed.v1": "finance.events",
    "pool.allocated.v1": "finance.events",
    "pool.reversed.v1": "finance.events",
    "budget.suspended.v1": "finance.events",
    "budget.unsuspended.v1": "finance.events",
    "funding.granted.v1": "finance.events",
    "funding.refused.v1": "finance.events",
    "funding.charged.v1": "finance.events",
    "funding.ended.v1": "finance.events",
    "claim.submitted.v1": "finance.events",
    "claim.approved.v1": "finance.events",
    "claim.settled.v1": "finance.events",
    "budget.line_changed.v1": "finance.events",
    "budget.breached.v1": "finance.events",
    "transfer.requested.v1": "finance.events",
    "transfer.settled.v1": "finance.events",
    "envelope.opened.v1": "finance.events",
    "envelope.changed.v1": "finance.events",
    "envelope.drawn.v1": "finance.events",
    "rates.recorded.v1": "finance.events",
    "advance.requested.v1": "finance.events",
    "advance.approved.v1": "finance.events",
    "advance.refused.v1": "finance.events",
    "advance.paid.v1": "finance.events",
    "advance.settled.v1": "finance.events",
    "claim.drafted.v1": "finance.events",
    "claim.cleared.v1": "finance.events",
    "claim.returned.v1": "finance.events",
    "payment.gathered.v1": "finance.events",
    "payment.exported.v1": "finance.events",
    "payment.cancelled.v1": "finance.events",
    "payment.closed.v1": "finance.events",
    "supplier.saved.v1": "finance.events",
    "supplier.blocked.v1": "finance.events",
    "purchase.requested.v1": "finance.events",
    "purchase.approved.v1": "finance.events",
    "purchase.rejected.v1": "finance.events",
    "purchase.ordered.v1": "finance.events",
    "purchase.received.v1": "finance.events",
    "purchase.progressed.v1": "finance.events",
    "purchase.cancelled.v1": "finance.events",
    "purchase.closed.v1": "finance.events",
    "invoice.entered.v1": "finance.events",
    "invoice.accepted.v1": "finance.events",
    "invoice.disputed.v1": "finance.events",
    "invoice.rejected.v1": "finance.events",
    "invoice.paid.v1": "finance.events",
    "contact.saved.v1": "lead.events",
    "import.contacts_saved.v1": "lead.events",
    "import.finished.v1": "lead.events",
    "resolution.contacts.v1": "lead.events",
    "resolution.failed.v1": "lead.events",
    "lead.captured.v1": "lead.events",
    "lead.qualified.v1": "lead.events",
    "lead.assigned.v1": "lead.events",
    "lead.touched.v1": "lead.events",
    "lead.changed.v1": "lead.events",
    "lead.judgement_undone.v1": "lead.events",
    "lead.accepted.v1": "lead.events",
    "lead.returned.v1": "lead.events",
    "lead.pooled.v1": "lead.events",
    "lead.worked.v1": "lead.events",
    "lead.nurtured.v1": "lead.events",
    "lead.woken.v1": "lead.events",
    "lead.converted.v1": "lead.events",
    "calendar.saved.v1": "lead.events",
    "level.saved.v1": "lead.events",
    "clock.started.v1": "lead.events",
    "clock.paused.v1": "lead.events",
    "clock.resumed.v1": "lead.events",
    "clock.rescheduled.v1": "lead.events",
    "clock.reminded.v1": "lead.events",
    "clock.breached.v1": "lead.events",
    "clock.escalated.v1": "lead.events",
    "clock.reassigned.v1": "lead.events",
    "clock.stopped.v1": "lead.events",
    "request.opened.v1": "lead.events",
    "request.changed.v1": "lead.events",
    "request.assigned.v1": "lead.events",
    "request.progressed.v1": "lead.events",
    "request.answered.v1": "lead.events",
    "request.closed.v1": "lead.events",
    "scoring.saved.v1": "lead.events",
    "rep.saved.v1": "lead.events",
    "ruleset.published.v1": "lead.events",
    "leadpool.saved.v1": "lead.events",
    "proxy.agreed.v1": "lead.events",
    "proxy.ended.v1": "lead.events",
    "reassignment.requested.v1": "lead.events",
    "reassignment.progressed.v1": "lead.events",
    "reassignment.finished.v1": "lead.events",
    "mailing.started.v1": "outreach.events",
    "mailing.outcomes.v1": "outreach.events",
    "mailing.finished.v1": "outreach.events",
    "answer.received.v1": "outreach.events",
    "suppression.added.v1": "outreach.events",
    "suppression.removed.v1": "outreach.events",
    "mailing.paused.v1": "outreach.events",
    "mailing.resumed.v1": "outreach.events",
    "mailing.cancelled.v1": "outreach.events",
    "mailing.variant_chosen.v1": "outreach.events",
    "mailing.feedback.v1": "outreach.events",
    "mailing.opened.v1": "outreach.events",
    "submission.confirmed.v1": "outreach.events",
    "staff.saved.v1": "outreach.events",
    "staff.removed.v1": "outreach.events",
}
"""The exchange by event type."""

QUEUES_SHIPPED = {
    "campaign.decisions": ("campaign", ("approval",), 1),
    "campaign.contacts": ("campaign", ("resolution",), 1),
    "campaign.outcomes": ("campaign", ("mailing", "answer", "suppression"), 1),
    "campaign.leads": ("campaign", ("lead",), 1),
    "campaign.budgets": ("campaign", ("budget",), 1),
    "finance.leads": ("finance", ("lead",), 1),
    "campaign.funding": ("campaign", ("funding",), 1),
    "finance.plans": ("finance", ("campaign",), 1),
    "finance.waves": ("finance", ("wave",), 1),
    "finance.mailings": ("finance", ("mailing",), 1),
    "lead.campaigns": ("lead", ("campaign",), 1),
    "lead.suppressions": ("lead", ("suppression",), 1),
    "lead.submissions": ("lead", ("submission",), 1),
    "outreach.contacts": ("outreach", ("contact", "import"), 1),
    "outreach.waves": ("outreach", ("wave",), 1),
    "outreach.campaigns": ("outreach", ("campaign",), 1),
    "outreach.approvals": ("outreach", ("approval",), 1),
    "outreach.tasks": ("outreach", ("task",), 1),
    "outreach.clocks": ("outreach", ("clock",), 1),
    "outreach.requests": ("outreach", ("request",), 1),
    "outreach.leads": ("outreach", ("lead", "reassignment"), 1),
    "reporting.facts": (
        "reporting",
        (
            "campaign",
            "wave",
            "term",
            "task",
            "approval",
            "budget",
            "claim",
            "advance",
            "transfer",
            "envelope",
            "rates",
            "funding",
            "payment",
            "pool",
            "flow",
            "authority",
            "delegation",
            "allowance",
            "policy",
            "supplier",
            "purchase",
            "invoice",
            "contact",
            "import",
            "resolution",
            "lead",
            "calendar",
            "level",
            "clock",
            "request",
            "scoring",
            "rep",
            "ruleset",
            "leadpool",
            "proxy",
            "reassignment",
            "mailing",
            "answer",
            "suppression",
            "submission",
            "staff",
        ),
        1,
    ),
}
"""Service, aggregates followed and lanes by queue."""


def test_event_types_and_their_exchanges_are_as_shipped() -> None:
    assert {event.type: event.exchange for event in declared()} == EVENTS


def test_queues_are_as_shipped() -> None:
    now = {queue.name: (queue.service, set(queue.follows), queue.lanes) for queue in QUEUES.values()}
    shipped = {
        name: (service, set(follows), lanes) for name, (service, follows, lanes) in QUEUES_SHIPPED.items()
    }
    assert now == shipped


def test_every_event_is_about_an_aggregate_that_its_producer_publishes() -> None:
    for event in declared():
        assert event.aggregate in PRODUCERS[event.producer], event.type


def test_every_aggregate_has_events_and_one_producer() -> None:
    named = [aggregate for aggregates in PRODUCERS.values() for aggregate in aggregates]
    assert len(named) == len(set(named))
    assert set(named) == {event.aggregate for event in declared()}


def test_a_service_takes_an_aggregate_over_exactly_one_queue() -> None:
    taken = [(queue.service, aggregate) for queue in QUEUES.values() for aggregate in queue.follows]
    assert len(taken) == len(set(taken))


def test_nobody_follows_an_aggregate_of_its_own() -> None:
    for queue in QUEUES.values():
        assert not set(queue.follows) & set(PRODUCERS.get(queue.service, ())), queue.name


def test_a_type_is_aggregate_then_past_tense_or_page_then_version() -> None:
    for event in declared():
        aggregate, what, version = event.type.split(".")
        assert aggregate == event.aggregate
        assert what.replace("_", "").islower()
        assert version[0] == "v" and version[1:].isdigit()
