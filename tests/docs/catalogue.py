"""The metrics as docs/metrics.md lists them, which another test holds against the code."""

import re
from dataclasses import dataclass
from functools import cache

from tests.docs.tables import ROOT

PAGE = ROOT / "docs" / "metrics.md"
ROW = re.compile(r"^\| `(fanfare_\w+)` \| (\w+) \| ([\w, ]*) \| ([\d., e-]*) \| (.*) \|$", re.MULTILINE)


@dataclass(frozen=True)
class Listed:
    """One row of the page."""

    name: str
    kind: str
    labels: tuple[str, ...]
    bounds: tuple[float, ...]


@cache
def catalogue() -> list[Listed]:
    """Every metric of the page."""
    return [
        Listed(name, kind, _words(labels), tuple(map(float, _words(bounds))))
        for name, kind, labels, bounds, _ in ROW.findall(PAGE.read_text())
    ]


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())
