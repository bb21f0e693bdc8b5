"""What a benchmark found, printed as a table and kept in ``bench/results.json``."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

RESULTS = Path(__file__).parent / "results.json"


@dataclass(frozen=True)
class Result:
    """``ratio`` is value over limit, both in ``unit``; ``reach`` is the target for it."""

    name: str
    value: float
    unit: str
    limit: float
    reach: float
    notes: str = ""

    @property
    def ratio(self) -> float:
        """How much of the raw limit was reached."""
        return self.value / self.limit if self.limit else 0.0

    @property
    def reached(self) -> bool:
        """Whether the target was met."""
        return self.ratio >= self.reach


def keep(results: list[Result]) -> None:
    """Merge ``results`` into the file, by name."""
    known = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    for one in results:
        entry = {key: value for key, value in asdict(one).items() if key != "name"}
        known[one.name] = entry | {"ratio": round(one.ratio, 3)}
    RESULTS.write_text(json.dumps(known, indent=2, sort_keys=True) + "\n")


def table(results: list[Result]) -> str:
    """The results, a line each."""
    lines = [f"{'name':24}{'value':>12} {'limit':>12} {'unit':14}{'ratio':>7} {'reach':>6}"]
    for one in results:
        mark = "ok" if one.reached else "MISSED"
        lines.append(
            f"{one.name:24}{one.value:12.1f} {one.limit:12.1f} {one.unit:14}{one.ratio:7.2f} {one.reach:6.2f}"
            f" {mark}  {one.notes}"
        )
    return "\n".join(lines)
