"""Who reads what: every durable queue of the system, by name, with the aggregates it follows.

A queue follows all events of an aggregate, so that a gap in its sequence can be seen.
Each service takes an aggregate over exactly one queue. Names are frozen once shipped: a queue
whose follow list or lanes change in a way the broker cannot amend gets a new name.
Relays declare the queues that read them before they publish, so that no event is dropped
because its reader was never started.
"""

from dataclasses import dataclass

PRODUCERS = {
    "campaign": ("campaign", "wave", "term", "task", "campaigndata"),
    "finance": (
        *("approval", "flow", "authority", "delegation", "budget", "transfer", "envelope", "rates"),
        *("supplier", "purchase", "invoice", "claim", "advance", "payment", "funding", "pool"),
        *("allowance", "policy", "financedata"),
    ),
    "lead": (
        *("contact", "import", "resolution", "lead", "privacy"),
        *("calendar", "level", "clock", "request", "scoring"),
        *("rep", "ruleset", "leadpool", "proxy", "reassignment", "source"),
    ),
    "outreach": ("mailing", "answer", "suppression", "submission", "staff", "outreachdata"),
    "reporting": ("reportingdata", "feedmark"),
}
"""The aggregates that each producing service publishes about."""


@dataclass(frozen=True)
class Queue:
    """A durable queue: ``follows`` lists aggregates; ``lanes`` splits it by a hash of the subject."""

    name: str
    service: str
    follows: tuple[str, ...]
    lanes: int = 1


QUEUES = {
    queue.name: queue
    for queue in (
        Queue("campaign.decisions", "campaign", ("approval",)),
        Queue("campaign.contacts", "campaign", ("resolution",)),
        Queue("campaign.outcomes", "campaign", ("mailing", "answer", "suppression")),
        Queue("campaign.leads", "campaign", ("lead",)),
        Queue("campaign.budgets", "campaign", ("budget",)),
        Queue("finance.leads", "finance", ("lead",)),
        Queue("campaign.funding", "campaign", ("funding",)),
        Queue("finance.plans", "finance", ("campaign",)),
        Queue("finance.waves", "finance", ("wave",)),
        Queue("finance.mailings", "finance", ("mailing",)),
        Queue("lead.campaigns", "lead", ("campaign",)),
        Queue("lead.suppressions", "lead", ("suppression",)),
        Queue("lead.submissions", "lead", ("submission",)),
        Queue("lead.mailings", "lead", ("mailing",)),
        Queue("lead.privacy", "lead", ("campaigndata", "financedata", "outreachdata", "reportingdata")),
        Queue("campaign.privacy", "campaign", ("privacy",)),
        Queue("finance.privacy", "finance", ("privacy",)),
        Queue("outreach.privacy", "outreach", ("privacy",)),
        Queue("outreach.contacts", "outreach", ("contact", "import")),
        Queue("outreach.waves", "outreach", ("wave",)),
        Queue("outreach.campaigns", "outreach", ("campaign",)),
        Queue("outreach.approvals", "outreach", ("approval",)),
        Queue("outreach.tasks", "outreach", ("task",)),
        Queue("outreach.clocks", "outreach", ("clock",)),
        Queue("outreach.requests", "outreach", ("request",)),
        Queue("outreach.leads", "outreach", ("lead", "reassignment")),
        Queue(
            "reporting.facts",
            "reporting",
            (
                *(
                    aggregate
                    for producer, aggregates in PRODUCERS.items()
                    for aggregate in aggregates
                    if producer != "reporting"
                ),
                "feedmark",
            ),
        ),
    )
}


def producer_of(aggregate: str) -> str:
    """The service that publishes about ``aggregate``. Raises KeyError where none does."""
    for producer, aggregates in PRODUCERS.items():
        if aggregate in aggregates:
            return producer
    raise KeyError(aggregate)
