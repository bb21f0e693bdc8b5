"""``python -m bench.chaos [--short] [NAME …]``: break things and check the promises.

Prints a line for each drill that starts with its name. Exits with 1 when a promise was broken.
``--short`` is for machines that check every change: fewer people, fewer kills, a shorter freeze.
"""

import sys
import time
from collections.abc import Callable

from bench.chaos import kill_importer, kill_sender, kill_service, outage, overdraw, poison, roll, smtp, storm
from bench.chaos.stage import Stage
from bench.chaos.verdict import Verdict

Drill = Callable[..., Verdict]

DRILLS: dict[str, Drill] = {
    kill_sender.NAME: kill_sender.run,
    roll.NAME: roll.run,
    "kill-service": kill_service.run,
    "broker": outage.run_broker,
    "database": outage.run_database,
    "storm": storm.run,
    "poison": poison.run,
    smtp.NAME: smtp.run,
    overdraw.NAME: overdraw.run,
    kill_importer.NAME: kill_importer.run,
}
PEOPLE = 2000
PEOPLE_WHEN_SHORT = 150


def main(arguments: list[str]) -> int:
    """Run the named drills, or all."""
    short = "--short" in arguments
    names = [name for name in arguments if name and name != "--short"]
    unknown = [name for name in names if name not in DRILLS]
    if unknown:
        print(f"There is no drill {unknown[0]}; there are: {', '.join(DRILLS)}.", file=sys.stderr)
        return 2
    kept = True
    with Stage(people=PEOPLE_WHEN_SHORT if short else PEOPLE) as stage:
        for name in names or DRILLS:
            began = time.monotonic()
            verdict = DRILLS[name](stage, short=short)
            print(f"{verdict}\n  in {time.monotonic() - began:.0f} s", flush=True)
            kept = kept and verdict.kept
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
