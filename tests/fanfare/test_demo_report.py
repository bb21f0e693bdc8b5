"""What is printed can be read on a terminal and in a log."""

import io

from fanfare.demo.report import CLEAR, Teller
from fanfare.demo.steps import STEPS


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_overwrites_itself_on_a_terminal() -> None:
    out = Terminal()
    teller = Teller(out)
    teller.progress("1 of 2")
    teller.progress("2 of 2")
    teller.say("done")
    assert out.getvalue() == f"{CLEAR}      1 of 2{CLEAR}      2 of 2{CLEAR}      done\n"


def test_progress_does_not_flood_a_log() -> None:
    out = io.StringIO()
    teller = Teller(out)
    for number in range(1000):
        teller.progress(f"{number}")
    assert out.getvalue().count("\n") <= 1


def test_every_step_has_a_title_of_one_line_with_its_number() -> None:
    out = io.StringIO()
    teller = Teller(out)
    for step in STEPS:
        teller.title(step)
    titles = [line for line in out.getvalue().splitlines() if line]
    assert len(titles) == len(STEPS)
    assert titles[0] == f"[1/{len(STEPS)}] Theo Brandt (marketing staff) imports the contacts"
