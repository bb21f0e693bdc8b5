"""What the demonstration prints: titles, progress, and the evaluation with where each figure is from."""

import sys
import time
from decimal import Decimal
from typing import TextIO

from fanfare.demo.api import Record
from fanfare.demo.count import Counted
from fanfare.demo.steps import STEPS, Step
from fanfare.demo.world import World

LINE_SECONDS = 3.0
CLEAR = "\r\033[K"


class Teller:
    """Prints the play. Progress overwrites itself on a terminal, and is a line now and then elsewhere."""

    def __init__(self, out: TextIO = sys.stdout) -> None:
        self.out = out
        self._began = time.monotonic()
        self._told = self._began
        self._open = False

    def title(self, step: Step) -> None:
        """A step begins."""
        number = f"{STEPS.index(step) + 1}/{len(STEPS)}" if step in STEPS else "-"
        self._write(f"\n[{number}] {(step.__doc__ or step.__name__).splitlines()[0]}")

    def say(self, text: str) -> None:
        """A line about the step at hand."""
        self._write(f"      {text}")

    def plain(self, text: str) -> None:
        """A line on its own."""
        self._write(text)

    def progress(self, text: str) -> None:
        """How far the step at hand has come."""
        if self.out.isatty():
            self.out.write(f"{CLEAR}      {text}")
            self.out.flush()
            self._open = True
        elif time.monotonic() - self._told > LINE_SECONDS:
            self._write(f"      … {text}")

    @property
    def seconds(self) -> float:
        """Since the beginning."""
        return time.monotonic() - self._began

    def _write(self, text: str) -> None:
        self.out.write(f"{CLEAR if self._open else ''}{text}\n")
        self.out.flush()
        self._open = False
        self._told = time.monotonic()


def evaluation_lines(world: World) -> list[str]:
    """The evaluation: each figure with its formula, its events, and what the count by hand gave."""
    evaluation, counted = world.evaluation, world.counted
    campaign = evaluation["campaign"]
    lines = [
        "",
        f'Evaluation of {campaign["code"]} "{campaign["name"]}" ({campaign["state"]}), '
        f"from the first {evaluation['position']} events of the archive",
        "",
    ]
    for name, figure in evaluation["figures"].items():
        lines += _figure(name, figure, counted[name])
    lines += ["", "Goals"]
    for goal in evaluation["goals"]:
        lines.append(
            f"  {goal['metric']:<20}{_shown(goal['actual'], goal['unit'] or ''):>16} of "
            f"{_shown(goal['target'], goal['unit'] or '')}: {_percent(goal['attainment'])} reached"
        )
    return [*lines, "", *_agreement(world)]


def _figure(name: str, figure: Record, counted: Counted) -> list[str]:
    pad = " " * 22
    sources = ", ".join(_source(one) for one in figure["sources"]) or "no events"
    note = f" ({figure['note']})" if figure["note"] else ""
    return [
        f"  {name:<20}{_shown(figure['value'], figure['unit']):>16}  = {figure['formula']}{note}",
        f"{pad}{'':>14}  from {sources}",
        f"{pad}{'':>14}  by hand {_plain(counted.value)}: {counted.where}",
    ]


def _agreement(world: World) -> list[str]:
    return [
        f"Counted by hand, from the sink's mailbox, the lists of the services and the ledger: "
        f"all {len(world.counted)} figures agree with the evaluation.",
        f"Page with charts: {world.page_url}",
    ]


def _source(source: Record) -> str:
    first, last = source["first_position"], source["last_position"]
    where = f"event {first}" if first == last else f"events {first} to {last}"
    return f"{source['events']} {source['type']} ({where})"


def _shown(value: int | str | None, unit: str) -> str:
    if value is None:
        return "no value"
    if unit == "ratio":
        return _percent(str(value))
    return f"{_plain(Decimal(value))} {unit}" if unit.isupper() else _plain(Decimal(value))


def _percent(value: str | None) -> str:
    return "no value" if value is None else f"{Decimal(value) * 100:.2f} %"


def _plain(value: Decimal | None) -> str:
    """Without the zeros that only pad, but with two decimals where there are any."""
    if value is None:
        return "no value"
    if value == value.to_integral_value():
        return f"{value:,.0f}"
    return f"{value:,.2f}" if value == round(value, 2) else f"{value.normalize():,f}"
