"""``bounces``: how often our reading of real bounces agrees with what they are known to mean.

It prints the confusion table, the mails that we read otherwise, and how simpler rules would do. Another
folder of the same form, with ``mail/*.eml`` and ``expected.csv``, is named by ``BOUNCES=folder``.
"""

import csv
import os
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.result import Result
from services.outreach.hearing.parts import Mail
from services.outreach.hearing.reading import BOUNCE, Reading, understand

SHARED = Path(__file__).parents[2] / "shared" / "data" / "bounces"
REACH = 0.95
REACH_ON_GOOD = 0.97

_PERMANENT = re.compile(r"(?<![\d.])(?:5\d\d(?=[ -])|5\.\d{1,3}\.\d{1,3}(?![\d.]))")
_UNKNOWN = re.compile(r"user unknown|unknown user|no such user|does not exist", re.IGNORECASE)


@dataclass(frozen=True)
class Known:
    """What recipient ``number`` of a mail is known to mean. ``hard``: the address is lost."""

    file: str
    number: int
    reason: str
    hard: bool


@dataclass(frozen=True)
class Verdict:
    """What we found: a kind of mail, and for a bounce why and by which rule."""

    hard: bool
    kind: str
    reason: str = ""
    rule: str = ""


def expected(folder: Path) -> list[Known]:
    """What is known of the folder's mails; a mail with several recipients has several rows."""
    seen: Counter[str] = Counter()
    known = []
    with open(folder / "expected.csv", newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            known.append(Known(row["file"], seen[row["file"]], row["reason"], row["hardbounce"] == "1"))
            seen[row["file"]] += 1
    return known


def verdicts(folder: Path) -> Iterator[tuple[Known, Verdict]]:
    """What is known, and what we find."""
    for known in expected(folder):
        _, reading = understand((folder / "mail" / known.file).read_bytes(), sender="")
        yield known, _verdict(reading, known.number)


def run() -> list[Result]:
    """Compare, print and rate. Nothing is rated where the folder is absent."""
    folder = Path(os.environ.get("BOUNCES") or SHARED)
    if not folder.is_dir():
        print(f"skipped: {folder} is not there")
        return []
    compared = list(verdicts(folder))
    _print_table(compared)
    _print_others(compared)
    _print_baselines(folder)
    agreed = sum(known.hard == found.hard for known, found in compared)
    good = [found for known, found in compared if not known.hard]
    kept = sum(not found.hard for found in good)
    counts = f"{agreed} of {len(compared)}", f"{len(good) - kept} of {len(good)} called hard by mistake"
    return [
        Result("bounces", 100 * agreed / len(compared), "% agreed", 100.0, REACH, counts[0]),
        Result("bounces-good-kept", 100 * kept / len(good), "% kept", 100.0, REACH_ON_GOOD, counts[1]),
    ]


def _verdict(reading: Reading, number: int) -> Verdict:
    if not reading.findings:
        return Verdict(False, reading.kind)
    judged = reading.findings[min(number, len(reading.findings) - 1)].judgement
    hard = reading.kind == BOUNCE and judged.meaning == "hard"
    return Verdict(hard, reading.kind, judged.reason, judged.rule)


def _print_table(compared: list[tuple[Known, Verdict]]) -> None:
    counted = Counter((known.hard, found.hard) for known, found in compared)
    print(f"{'known as':12}{'found hard':>12}{'found not':>12}")
    for hard, name in ((True, "hard"), (False, "not hard")):
        print(f"{name:12}{counted[hard, True]:12}{counted[hard, False]:12}")


def _print_others(compared: list[tuple[Known, Verdict]]) -> None:
    for known, found in compared:
        if known.hard != found.hard:
            ours = f"{'hard' if found.hard else 'not hard'}: {found.reason} by {found.rule or found.kind}"
            print(f"  {known.file} is {known.reason}; found {ours}")


def _print_baselines(folder: Path) -> None:
    rules: dict[str, Callable[[Mail, str], bool]] = {
        "any 5xx or 5.x.x is hard": lambda _mail, text: _PERMANENT.search(text) is not None,
        "status 5.1.x is hard": lambda mail, text: _status(mail, text).startswith("5.1."),
        "the words user unknown are hard": lambda _mail, text: _UNKNOWN.search(text) is not None,
        "nothing is hard": lambda _mail, _text: False,
    }
    for name, rule in rules.items():
        agreed = false = 0
        known_all = expected(folder)
        for known in known_all:
            mail, _ = understand((folder / "mail" / known.file).read_bytes(), sender="")
            hard = rule(mail, _text_of(mail, known.number))
            agreed += hard == known.hard
            false += hard and not known.hard
        good = sum(not known.hard for known in known_all)
        print(
            f"  for comparison, {name:34}{agreed / len(known_all):7.1%} agreed{false / good:8.1%} false hard"
        )


def _text_of(mail: Mail, number: int) -> str:
    if not mail.recipients:
        return mail.notice
    block = mail.recipients[min(number, len(mail.recipients) - 1)]
    return " ".join((block.get("status", ""), block.get("diagnostic-code", ""), mail.notice))


def _status(mail: Mail, text: str) -> str:
    found = re.search(r"(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?![\d.])", text)
    return found[0] if found else ""
