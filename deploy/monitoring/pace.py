"""How fast the rules go: at scale 1 as they are shipped, and faster where a test cannot wait for hours."""

import re
from dataclasses import dataclass

SECOND, MINUTE, HOUR, DAY = 1, 60, 3600, 86400
_UNITS = {"d": DAY, "h": HOUR, "m": MINUTE, "s": SECOND}
_RANGE = re.compile(r"\[(\d+)([dhms])\]")


@dataclass(frozen=True)
class Pace:
    """Multiplies every duration of the rules by ``scale``; thresholds stay what they are."""

    scale: float = 1.0

    def duration(self, seconds: float) -> str:
        """A duration as PromQL writes it, in its largest whole unit."""
        thousandths = round(seconds * self.scale * 1000)
        if thousandths % 1000:
            return f"{thousandths}ms"
        whole = thousandths // 1000
        if whole == 0:
            return "0s"
        unit = next(unit for unit, size in _UNITS.items() if whole % size == 0)
        return f"{whole // _UNITS[unit]}{unit}"

    def scaled(self, expression: str) -> str:
        """The expression with each of its ranges, such as ``[5m]``, at this pace."""
        return _RANGE.sub(
            lambda found: f"[{self.duration(int(found[1]) * _UNITS[found[2]])}]",
            expression,
        )


SHIPPED = Pace()
