"""What a drill found, and whether the promise was kept."""

import difflib
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field

from bench.chaos.stage import Outcome, Performance

SHOWN_DIFFERENCES = 20
MOST_RECOVERY_SECONDS = 30.0


@dataclass
class Verdict:
    """``lost`` and ``duplicated`` count events and mails, ``differences`` lines of the databases."""

    name: str
    lost: int
    duplicated: int
    uncertain: int
    differences: list[str]
    notes: str = ""
    broken: list[str] = field(default_factory=list)
    """Further promises that were not kept, a sentence each."""

    most_uncertain: int = 0
    """How many may be uncertain."""

    compared: bool = True
    """Whether the databases were compared with those of a run that nobody disturbed."""

    @property
    def kept(self) -> bool:
        faults = self.lost or self.duplicated or self.differences or self.broken
        return not faults and self.uncertain <= self.most_uncertain

    def __str__(self) -> str:
        state = f"{len(self.differences)} differences in the state" if self.differences else "state the same"
        found = f"{self.name} lost {self.lost} duplicated {self.duplicated} uncertain {self.uncertain}"
        told = [found, *([state] if self.compared else []), self.notes]
        lines = [f"{' · '.join(told)}{'' if self.kept else ' · BROKEN'}"]
        lines += [f"  {line[:300]}" for line in [*self.broken, *self.differences[:SHOWN_DIFFERENCES]]]
        return "\n".join(lines)


def judge(
    name: str,
    performance: Performance,
    undisturbed: Outcome,
    *,
    without: Collection[str] = (),
    notes: str = "",
) -> Verdict:
    """Wait until all is quiet, then compare with the run that nobody disturbed."""
    performance.settle()
    found = performance.outcome(without=without)
    missed, extra = undisturbed.mails - found.mails, found.mails - undisturbed.mails
    changed = difflib.unified_diff(undisturbed.state, found.state, lineterm="", n=0)
    return Verdict(
        name,
        lost=performance.misses() + _total(missed),
        duplicated=performance.repeats() + _total(extra),
        uncertain=performance.databases.uncertain(),
        differences=[line for line in changed if line[:2] not in ("--", "++", "@@")],
        notes=notes,
    )


def _total(mails: Counter[str]) -> int:
    return sum(mails.values())
