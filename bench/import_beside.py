"""``import-beside``: the slowest hundredth of requests for leads during an import, against none.

The lead service answers 100 requests a second of 50 clients, which create leads and read them, while its
worker imports a file and while it does nothing, in turns; the import must not double the p99. Both are the
processes of a deployment, on durable PostgreSQL and RabbitMQ, into a department that has contacts already.
"""

import statistics
import tempfile
from pathlib import Path
from typing import Any

import requests

from bench.contacts import write_file
from bench.http import contact_of, load
from bench.result import Result
from contracts.roles import LEAD_ADMINISTRATOR
from fanfare.local.postgres import PostgresServer
from fanfare.local.process import wait_until
from fanfare.local.rabbitmq import RabbitServer
from fanfare.local.stack import SERVICES, Stack, worker_of

CONTACTS = 150_000
"""So many are there, and so many are in each file: an import of them takes longer than a turn."""

SECONDS = 10.0
ROUNDS = 4
RATE = 100.0
MOST = 2.0
PATIENCE = 600.0
TIMEOUT = 60.0
ENDED = ("finished", "failed", "cancelled")


def run(*, contacts: int = CONTACTS, seconds: float = SECONDS, rounds: int = ROUNDS) -> list[Result]:
    """Take turns between an import and none, ``rounds`` times; the medians count."""
    with PostgresServer(durable=True) as postgres, RabbitServer() as rabbit:
        databases = {service: postgres.create_service_database(service) for service in SERVICES}
        stack = Stack(databases=databases, broker_url=rabbit.url, settings={"FANFARE_LOG_LEVEL": "warning"})
        stack.migrate()
        try:
            stack.start(["lead", worker_of("lead")])
            with tempfile.TemporaryDirectory() as folder:
                beside = _Beside(stack, Path(folder), contacts=contacts, seconds=seconds)
                return [beside.compare(rounds)]
        finally:
            stack.kill_all()


class _Beside:
    """The clients and the files of one run."""

    def __init__(self, stack: Stack, folder: Path, *, contacts: int, seconds: float) -> None:
        self.stack = stack
        self.contacts = contacts
        self.seconds = seconds
        self._file = folder / "contacts.csv"
        self._given = 0
        token = stack.token(subject="bench", roles=[LEAD_ADMINISTRATOR], departments=["north"])
        self._token = token
        self._contact_id = contact_of(stack, token)
        self._headers = {"Authorization": f"Bearer {token}"}

    def compare(self, rounds: int) -> Result:
        self._await(self._upload(), ENDED)
        alone, beside, failed, rows = [], [], 0.0, []
        for number in range(rounds):
            quiet = self._load()
            import_id = self._upload()
            self._await(import_id, ("running",))
            before = self._shown(import_id)["rows"]
            busy = self._load()
            after = self._shown(import_id)
            if after["state"] != "running":
                raise RuntimeError(f"the import was {after['state']} before the clients were done")
            rows.append((after["rows"] - before) / self.seconds)
            self._cancel(import_id)
            alone.append(quiet["p99"] * 1000)
            beside.append(busy["p99"] * 1000)
            failed += quiet["failed"] + busy["failed"]
            print(
                f"round {number + 1}: p99 {alone[-1]:.1f} ms alone, {beside[-1]:.1f} ms beside "
                f"{rows[-1]:.0f} rows/s",
                flush=True,
            )
        quiet_p99, busy_p99 = statistics.median(alone), statistics.median(beside)
        notes = f"at {RATE:.0f} requests/s, import {statistics.median(rows):.0f} rows/s, failed {failed:.0f}"
        return Result("import-beside", 0.0 if failed else quiet_p99, "ms p99", busy_p99, 1 / MOST, notes)

    def _load(self) -> dict[str, float]:
        port = self.stack.ports["lead"].http
        return load(port, seconds=self.seconds, token=self._token, contact_id=self._contact_id, rate=RATE)

    def _upload(self) -> str:
        write_file(self._file, range(self._given, self._given + self.contacts))
        self._given += self.contacts
        query = {"filename": self._file.name, "department": "north"}
        with self._file.open("rb") as body:
            answer = requests.post(
                self.stack.url("lead") + "/imports",
                params=query,
                data=body,
                headers=self._headers,
                timeout=TIMEOUT,
            )
        answer.raise_for_status()
        return str(answer.json()["id"])

    def _cancel(self, import_id: str) -> None:
        requests.post(
            f"{self.stack.url('lead')}/imports/{import_id}/cancellation",
            headers=self._headers,
            timeout=TIMEOUT,
        ).raise_for_status()

    def _shown(self, import_id: str) -> dict[str, Any]:
        answer = requests.get(
            f"{self.stack.url('lead')}/imports/{import_id}", headers=self._headers, timeout=TIMEOUT
        )
        answer.raise_for_status()
        shown: dict[str, Any] = answer.json()
        return shown

    def _await(self, import_id: str, states: tuple[str, ...]) -> None:
        if not wait_until(lambda: self._shown(import_id)["state"] in states, seconds=PATIENCE, pause=0.1):
            raise RuntimeError(f"the import did not get to {states}")
