"""The rule file of all cause alerts."""

from typing import Any

from deploy.monitoring.causes import EVERY, OF_EVENTS, OF_PROCESSES
from deploy.monitoring.house import OF_HOUSE, OF_SENDING
from deploy.monitoring.pace import SHIPPED, Pace
from deploy.monitoring.rules import group

GROUPS = {
    "fanfare-processes": OF_PROCESSES,
    "fanfare-events": OF_EVENTS,
    "fanfare-sending": OF_SENDING,
    "fanfare-house": OF_HOUSE,
}
CAUSES = tuple(cause for causes in GROUPS.values() for cause in causes)


def file(pace: Pace = SHIPPED) -> dict[str, Any]:
    """The rule file."""
    return {"groups": [group(name, causes, pace=pace, every=EVERY) for name, causes in GROUPS.items()]}
