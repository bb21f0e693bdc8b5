"""A private Prometheus in a temporary folder, for tests of what it would show and say of the services."""

import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
import yaml

from fanfare.local.ports import HOST, free_port
from fanfare.local.process import Child, StartFailed
from fanfare.local.server import Server

PACKAGES = ("prometheus", "prometheus-alertmanager")
"""Debian's names; the second one holds the checker of Alertmanager's configuration."""

ANSWER_SECONDS = 5


@dataclass(frozen=True)
class Programs:
    """Where the server and the two checkers are."""

    server: Path
    promtool: Path
    amtool: Path


def find_programs() -> Programs | None:
    """The programs on the PATH, or None where one of them is missing."""
    found = [shutil.which(name) for name in ("prometheus", "promtool", "amtool")]
    server, promtool, amtool = (Path(one) if one else None for one in found)
    return Programs(server, promtool, amtool) if server and promtool and amtool else None


class PrometheusServer(Server):
    """Scrapes as ``configuration`` says, and looks at ``rules``: the texts of rule files by name."""

    start_seconds = 30

    def __init__(self, configuration: Mapping[str, Any], rules: Mapping[str, str]) -> None:
        programs = find_programs()
        if programs is None:
            raise StartFailed(f"Prometheus is not installed (Debian: apt-get install {' '.join(PACKAGES)})")
        self.folder = Path(tempfile.mkdtemp(prefix="fanfare-prometheus-"))
        self.url = f"http://{HOST}:{(port := free_port())}"
        for name, text in rules.items():
            (self.folder / name).write_text(text)
        configured = {**configuration, "rule_files": list(rules)}
        (self.folder / "prometheus.yml").write_text(yaml.safe_dump(configured))
        self.process = Child(
            "prometheus",
            [
                str(programs.server),
                f"--config.file={self.folder / 'prometheus.yml'}",
                f"--storage.tsdb.path={self.folder / 'data'}",
                f"--web.listen-address={HOST}:{port}",
                "--log.level=warn",
            ],
            log=self.folder / "server.log",
            folder=self.folder,
        )

    def answers(self) -> bool:
        """Whether it has read its configuration and answers queries."""
        try:
            return requests.get(f"{self.url}/-/ready", timeout=ANSWER_SECONDS).ok
        except requests.RequestException:
            return False

    def query(self, expression: str) -> list[dict[str, Any]]:
        """The series that PromQL gives now. Raises RuntimeError with its words where it refuses."""
        return self._asked("query", query=expression)

    def history(self, expression: str, *, start: float, end: float, step: float) -> list[dict[str, Any]]:
        """The series that PromQL gives from ``start`` to ``end``, in seconds of the epoch."""
        return self._asked("query_range", query=expression, start=start, end=end, step=step)

    def firing(self) -> set[str]:
        """The names of the alerts that fire."""
        return {one["metric"]["alertname"] for one in self.query('ALERTS{alertstate="firing"}')}

    def _asked(self, what: str, **parameters: Any) -> list[dict[str, Any]]:
        url = f"{self.url}/api/v1/{what}"
        told = requests.get(url, params=parameters, timeout=ANSWER_SECONDS).json()
        if told["status"] != "success":
            raise RuntimeError(f"{parameters['query']}: {told['error']}")
        found: list[dict[str, Any]] = told["data"]["result"]
        return found
