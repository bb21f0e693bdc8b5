"""Recording rules and alerts of the objectives: how fast the budget of errors burns.

An alert needs a long window, so that it means something, and a short one, so that it ends soon after the
trouble. The factors are those of the SRE workbook for thirty days: at 14.4 a fiftieth of the budget is gone
in an hour, at 6 a twentieth in six hours, at 3 a tenth in a day, and at 1 a tenth in three days.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from deploy.monitoring.objectives import OBJECTIVES, Objective
from deploy.monitoring.pace import MINUTE, SHIPPED, Pace
from deploy.monitoring.rules import Alert, Record, Severity, group

ERRORS = "fanfare:slo_errors:ratio_rate"
EVENTS = "fanfare:slo_events:increase"
OBJECTIVE = "fanfare:slo_objective:ratio"
WINDOWS = ("5m", "30m", "1h", "2h", "6h", "1d", "3d")
EVERY = 30


@dataclass(frozen=True)
class Burn:
    """The budget burns ``factor`` times as fast as it may, over both windows."""

    long: str
    short: str
    factor: Decimal

    def expr(self, one: Objective) -> str:
        """PromQL: where it burns so fast, and enough has happened to say so."""
        label, limit = f'{{slo="{one.name}"}}', f"{(self.factor * one.budget).normalize():f}"
        return (
            f"({ERRORS}{self.long}{label} > {limit}"
            f" and {ERRORS}{self.short}{label} > {limit}"
            f" and {EVENTS}{self.long}{label} >= {one.least})"
        )


FAST = (Burn("1h", "5m", Decimal("14.4")), Burn("6h", "30m", Decimal(6)))
SLOW = (Burn("1d", "2h", Decimal(3)), Burn("3d", "6h", Decimal(1)))


def records(one: Objective) -> Iterator[Record]:
    """The recording rules of one objective."""
    slo = {"slo": one.name}
    yield Record(OBJECTIVE, f"vector({one.target})", slo)
    for window in WINDOWS:
        yield Record(f"{ERRORS}{window}", one.errors(window), slo)
    for burn in (*FAST, *SLOW):
        yield Record(f"{EVENTS}{burn.long}", one.events(burn.long), slo)


def alerts(one: Objective) -> Iterator[Alert]:
    """What wakes somebody, and what can wait for the day."""
    yield _alert(one, f"{one.alert}Fast", FAST, severity="page", lasts=2 * MINUTE)
    yield _alert(one, f"{one.alert}Slowly", SLOW, severity="ticket", lasts=15 * MINUTE)


def file(pace: Pace = SHIPPED) -> dict[str, Any]:
    """The rule file of all objectives."""
    return {
        "groups": [
            group(
                f"fanfare-objective-{one.name}",
                [*records(one), *alerts(one)],
                pace=pace,
                every=EVERY,
            )
            for one in OBJECTIVES
        ]
    }


def _alert(one: Objective, name: str, burns: tuple[Burn, ...], *, severity: Severity, lasts: int) -> Alert:
    where = "".join(f" of {{{{ $labels.{label} }}}}" for label in one.by)
    speed = "fast" if severity == "page" else "slowly"
    return Alert(
        name=name,
        severity=severity,
        expr="\nor\n".join(burn.expr(one) for burn in burns),
        lasts=lasts,
        summary=f"{one.title}{where}: the budget for errors (objective {_percent(one)}) burns {speed}",
        labels={"slo": one.name},
        heading=one.alert,
    )


def _percent(one: Objective) -> str:
    return f"{(100 * one.target).normalize():f} %"
