"""``python -m bench [NAME …]``: run the benchmarks, print a table, keep the figures."""

import importlib
import sys

from bench.result import Result, keep, table

NAMES = (
    *("assignment", "bounces", "clocks", "events", "fold", "http", "import", "import-beside", "ledger"),
    *("letters", "mail", "mail-signed", "overview", "segment", "sms"),
)

WHEN_ASKED = ("import-file",)
"""Too large a file for a run that nobody asked it of."""

MODULES = {"import": "imports"}
"""Where a benchmark lies whose name cannot be that of a module."""


def main(names: list[str]) -> int:
    """Run ``names``, or all that need not be asked for. Returns 1 when a target was missed."""
    there = (*NAMES, *WHEN_ASKED)
    unknown = [name for name in names if name not in there]
    if unknown:
        print(f"There is no benchmark {unknown[0]}; there are: {', '.join(there)}.", file=sys.stderr)
        return 2
    results: list[Result] = []
    for name in names or NAMES:
        print(f"-- {name}", flush=True)
        module = MODULES.get(name, name.replace("-", "_"))
        results += importlib.import_module(f"bench.{module}").run()
    keep(results)
    print(table(results))
    return 0 if all(one.reached for one in results) else 1


if __name__ == "__main__":
    sys.exit(main([name for name in sys.argv[1:] if name]))
