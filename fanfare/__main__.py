"""Where every process of Fanfare begins.

``fanfare run`` is cooperative, and must be made so before anything else is imported; all other
commands, the slow workers among them, are ordinary processes.
"""

import sys

from chassis import collector


def main() -> None:
    """Run the command that the arguments name."""
    if sys.argv[1:2] == ["run"]:
        from chassis import green

        green.patch()
    with collector.loading():
        from fanfare.commands import fanfare

    fanfare(prog_name="fanfare")


if __name__ == "__main__":
    main()
