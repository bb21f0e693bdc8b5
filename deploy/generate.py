"""Writes what Prometheus, Alertmanager, Grafana and the chart read: ``python -m deploy.generate``.

With ``--check`` nothing is written, and the exit code is 1 where a file differs.
"""

import json
import sys
from pathlib import Path
from typing import Any

import yaml

from deploy.monitoring import alarms, burning, notifying, proofs, totals
from deploy.monitoring.business import CAMPAIGN, OUTREACH
from deploy.monitoring.pace import SHIPPED, Pace
from deploy.monitoring.technical import BROKER, OBJECTIVES, SERVICE

DEPLOY = Path(__file__).resolve().parent
HEAD = "# Written by python -m deploy.generate; change deploy/monitoring instead.\n"
BOARDS = (SERVICE, BROKER, OUTREACH, CAMPAIGN, OBJECTIVES)
RULES = {"objectives.yml": burning.file, "causes.yml": alarms.file, "business.yml": totals.file}
PROOFS = {
    "objectives_test.yml": proofs.of_objectives,
    "causes_test.yml": proofs.of_causes,
    "business_test.yml": proofs.of_totals,
}


def rules(pace: Pace = SHIPPED) -> dict[str, str]:
    """The rule files by name."""
    return {name: _yaml(made(pace)) for name, made in RULES.items()}


def dashboards() -> dict[str, str]:
    """The dashboards by name."""
    return {f"{board.uid}.json": json.dumps(board.written(), indent=1) + "\n" for board in BOARDS}


def files() -> dict[str, str]:
    """Everything that is generated, by its path below ``deploy``."""
    made = {"prometheus/alertmanager.yml": _yaml(notifying.file())}
    for name, text in rules().items():
        made |= {f"prometheus/rules/{name}": text, f"chart/files/rules/{name}": text}
    for name, test in PROOFS.items():
        made[f"prometheus/tests/{name}"] = _yaml(test())
    for name, text in dashboards().items():
        made |= {f"grafana/{name}": text, f"chart/files/dashboards/{name}": text}
    return made


def _yaml(document: dict[str, Any]) -> str:
    return HEAD + yaml.dump(document, Dumper=_Dumper, sort_keys=False, width=1000, allow_unicode=True)


class _Dumper(yaml.CSafeDumper):
    """Writes each value where it stands, without anchors, and long expressions as blocks of lines."""

    def ignore_aliases(self, _data: object) -> bool:
        return True


def _text(dumper: yaml.CSafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _text)


def main(arguments: list[str]) -> int:
    """Write the files. With ``--check`` only name those that differ, and return 1 where one does."""
    made = {DEPLOY / path: text for path, text in files().items()}
    differing = [path for path, text in made.items() if not path.exists() or path.read_text() != text]
    if "--check" in arguments:
        for path in differing:
            print(f"{path.relative_to(DEPLOY.parent)} is not as the code has it: python -m deploy.generate")
        return int(bool(differing))
    for path in differing:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(made[path])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
