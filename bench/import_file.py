"""``import-file``: a CSV file of 1 GB by way of the API, against the memory that this may take.

The file is uploaded to a running lead service and imported by its worker, on durable PostgreSQL. It has 300
columns, of which seven are mapped, as exports of large systems have. FANFARE_BENCH_FILE_MB sets how large it
is. It is not among those that run unasked.
"""

import csv
import os
import tempfile
import time
from pathlib import Path

import requests

from bench.contacts import HEADER, row_of
from bench.processes import peak_mb
from bench.result import Result
from contracts.roles import LEAD_ADMINISTRATOR
from fanfare.local.postgres import PostgresServer
from fanfare.local.process import wait_until
from fanfare.local.rabbitmq import RabbitServer
from fanfare.local.stack import SERVICES, Stack, worker_of

FILE_MB = int(os.environ.get("FANFARE_BENCH_FILE_MB", "1023"))
COLUMNS = 300
MOST_GROWTH = 100.0
MOST_MEMORY = 300.0
PATIENCE = 3600.0
NOTE = "nothing that anybody would want to know of a contact, but the export has it"


def run(*, megabytes: int = FILE_MB) -> list[Result]:
    """Upload the file, import it, and see what it took."""
    with PostgresServer(durable=True) as postgres, RabbitServer() as rabbit:
        databases = {service: postgres.create_service_database(service) for service in SERVICES}
        stack = Stack(databases=databases, broker_url=rabbit.url, settings={"FANFARE_LOG_LEVEL": "warning"})
        stack.migrate()
        try:
            stack.start(["lead", worker_of("lead")])
            with tempfile.TemporaryDirectory() as folder:
                return _carried(stack, Path(folder) / "large.csv", megabytes)
        finally:
            stack.kill_all()


def _carried(stack: Stack, file: Path, megabytes: int) -> list[Result]:
    rows = _write(file, megabytes * 2**20)
    token = stack.token(subject="bench", roles=[LEAD_ADMINISTRATOR], departments=["north"])
    headers = {"Authorization": f"Bearer {token}"}
    service, worker = (stack.processes[name].pid for name in ("lead", worker_of("lead")))
    before = peak_mb(service)
    began = time.monotonic()
    with file.open("rb") as body:
        query = {"filename": file.name, "department": "north"}
        answer = requests.post(
            f"{stack.url('lead')}/imports", params=query, data=body, headers=headers, timeout=PATIENCE
        )
    answer.raise_for_status()
    uploaded = time.monotonic() - began
    place = f"{stack.url('lead')}/imports/{answer.json()['id']}"

    def has_ended() -> bool:
        shown.update(requests.get(place, headers=headers, timeout=PATIENCE).json())
        return shown["state"] in ("finished", "failed")

    shown: dict[str, object] = {}
    wait_until(has_ended, seconds=PATIENCE, pause=0.5)
    if (shown["state"], shown["created"]) != ("finished", rows):
        raise RuntimeError(f"the import is {shown['state']} with {shown['created']} of {rows} contacts")
    seconds = time.monotonic() - began - uploaded
    notes = f"{file.stat().st_size >> 20} MB, {rows} rows, up in {uploaded:.0f} s, in after {seconds:.0f} s"
    return [
        Result("import-file", MOST_MEMORY, "MB", peak_mb(worker), 1.0, notes),
        Result("import-upload", MOST_GROWTH, "MB", max(peak_mb(service) - before, 1.0), 1.0, notes),
    ]


def _write(file: Path, size: int) -> int:
    """Write about ``size`` bytes, not more. Returns how many rows."""
    notes = [f"{NOTE} {number}" for number in range(COLUMNS - len(HEADER))]
    with file.open("w", encoding="ascii", newline="") as target:
        writer = csv.writer(target)
        written = writer.writerow([*HEADER, *(f"Remark {number}" for number in range(len(notes)))])
        longest, rows = written + 2 * sum(map(len, notes)), 0
        while written + longest < size:
            written += writer.writerow([*row_of(rows), *notes])
            rows += 1
    return rows
