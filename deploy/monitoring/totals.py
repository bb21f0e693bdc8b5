"""Recording rules of the business metrics: the same figure whatever the number of replicas.

Every replica of reporting shows every figure, so replicas are never added up. A campaign may stand for itself
in one replica and under ``_other`` in another; so a total is made within each replica first.
"""

from typing import Any

from deploy.monitoring.pace import SHIPPED, Pace
from deploy.monitoring.rules import Record, group

COUNTS = (
    "targets",
    "executed_targets",
    "responses",
    "responding_targets",
    "leads",
    "valid_leads",
    "opportunities",
)
AMOUNTS = ("budget", "committed", "cost")
REPLICA = "pod, instance"
"""The labels by which the replicas of a process differ."""

EVERY = 30


def one_campaign(name: str) -> str:
    """The recorded figure by campaign."""
    return f"fanfare:campaign_{name}:max"


def all_campaigns(name: str) -> str:
    """The recorded figure of all active campaigns."""
    return f"fanfare:campaign_{name}:total"


def records() -> list[Record]:
    """The recording rules of all figures of campaigns."""
    found = [Record("fanfare:campaign_active:max", f"max without ({REPLICA}) (fanfare_campaign_active)")]
    for name in (*COUNTS, *AMOUNTS):
        metric = f"fanfare_campaign_{name}"
        inner = f"sum without (campaign_id) ({metric})"
        found.append(Record(one_campaign(name), f"max without ({REPLICA}) ({metric})"))
        found.append(Record(all_campaigns(name), f"max without ({REPLICA}) ({inner})"))
    return found


def file(pace: Pace = SHIPPED) -> dict[str, Any]:
    """The rule file of the business metrics."""
    return {"groups": [group("fanfare-campaigns", records(), pace=pace, every=EVERY)]}
