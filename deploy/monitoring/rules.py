"""Rules of Prometheus as data, and how they are written into a rule file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from deploy.monitoring.pace import Pace

RUNBOOK = "docs/runbook.md"
"""Where alerts lead to; put the address before it at which your house shows the documents."""

Severity = Literal["page", "ticket"]
"""Whether somebody is woken, or it is looked at in the day."""


@dataclass(frozen=True)
class Record:
    """A recording rule: ``record`` gets what ``expr`` says, with ``labels`` added."""

    record: str
    expr: str
    labels: Mapping[str, str] = field(default_factory=dict)

    def written(self, pace: Pace) -> dict[str, Any]:
        """The rule as Prometheus reads it."""
        rule: dict[str, Any] = {"record": self.record, "expr": pace.scaled(self.expr)}
        return rule | ({"labels": dict(self.labels)} if self.labels else {})


@dataclass(frozen=True, kw_only=True)
class Alert:
    """An alert that fires once ``expr`` has had a result for ``lasts`` seconds.

    ``summary`` may name labels as ``{{ $labels.queue }}``. What to do stands in the runbook under
    ``heading``, which is the name of the alert where nothing else is said.
    """

    name: str
    severity: Severity
    expr: str
    lasts: int
    summary: str
    labels: Mapping[str, str] = field(default_factory=dict)
    heading: str = ""

    @property
    def runbook_url(self) -> str:
        """The place in the runbook."""
        return f"{RUNBOOK}#{(self.heading or self.name).lower()}"

    def written(self, pace: Pace) -> dict[str, Any]:
        """The rule as Prometheus reads it."""
        return {
            "alert": self.name,
            "expr": pace.scaled(self.expr),
            "for": pace.duration(self.lasts),
            "labels": {"severity": self.severity, **self.labels},
            "annotations": {"summary": self.summary, "runbook_url": self.runbook_url},
        }


Rule = Record | Alert


def group(name: str, rules: Sequence[Rule], *, pace: Pace, every: float) -> dict[str, Any]:
    """Rules that are looked at one after the other, ``every`` so many seconds."""
    return {
        "name": name,
        "interval": pace.duration(every),
        "rules": [rule.written(pace) for rule in rules],
    }
