"""Was it a person? A verdict on each open and click, kept beside what was seen.

Scanners follow every link seconds after a mail arrives, and some mail programs fetch images before
anybody looks. The rules are data, in ``machines.json``, so that they can be read and renewed.
"""

import json
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

TOO_SOON_SECONDS = 3.0
"""Nobody has read a mail so shortly after the mail server took it."""

LONGEST_AGENT = 300


@dataclass(frozen=True)
class Sight:
    """What was seen of a request. ``seconds`` is how long after the mail server took the copy."""

    method: str
    agent: str
    seconds: float | None


@dataclass(frozen=True)
class Verdict:
    """Whether a machine did it, and the rule that says so; a person where no rule does."""

    machine: bool
    rule: str


PERSON = Verdict(False, "")


@cache
def _rules() -> tuple[re.Pattern[str], tuple[tuple[str, re.Pattern[str]], ...]]:
    data = json.loads(files("services.outreach.opens").joinpath("machines.json").read_text("utf-8"))
    person = re.compile("|".join(map(re.escape, data["person"])), re.IGNORECASE)
    machines = tuple((one["name"], re.compile(one["pattern"], re.IGNORECASE)) for one in data["machines"])
    return person, machines


def judge(sight: Sight) -> Verdict:
    """The verdict on one request."""
    person, machines = _rules()
    if sight.method != "GET":
        return Verdict(True, "not_get")
    agent = sight.agent.strip()[:LONGEST_AGENT]
    if not agent:
        return Verdict(True, "no_agent")
    if not person.search(agent):
        for name, pattern in machines:
            if pattern.search(agent):
                return Verdict(True, name)
    if sight.seconds is not None and sight.seconds < TOO_SOON_SECONDS:
        return Verdict(True, "too_soon")
    return PERSON
