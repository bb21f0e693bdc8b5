"""``ledger``: postings by 50 clients, on one line and over 100, against the bare SQL under pgbench.

The bare SQL is what one posting of ours sends, caught from the wire: the same statements in the same two
messages, on the same tables, with event and entry of the same size. Ours run in two processes, as two
replicas. The 100 lines lie in 20 budgets, whose rows make postings wait for each other. The second part asks
a budget of 1,000,000 entries for its balance, a past one and its last page, against a budget of 1,000.
"""

import json
import re
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import closing
from typing import Any

from sqlalchemy import event, make_url

from bench.ledger_million import budget, compare, line
from bench.ledger_posting import LINE_BASE, budget_number, line_id, numbered, post_once
from bench.result import Result
from chassis.database import Database
from chassis.migrate import upgrade
from fanfare.local.postgres import PostgresServer, find_binaries

CLIENTS = 50
PROCESSES = 2
SECONDS = 6.0
ROUNDS = 3
SHAPES = {"ledger-one-line": (1, 1, 0.5), "ledger-100-lines": (100, 20, 0.4)}
"""Lines, budgets that they lie in, and the target."""


def run(*, seconds: float = SECONDS, rounds: int = ROUNDS) -> list[Result]:
    """Take turns between the bare SQL and ours; the medians count."""
    with PostgresServer(durable=True) as postgres:
        results = []
        for number, (name, (lines, budgets, reach)) in enumerate(SHAPES.items()):
            url = postgres.create_service_database(f"finance{number}")
            script = _prepare(url, lines=lines, budgets=budgets)
            bare, ours, cpu = [], [], []
            for _ in range(rounds):
                bare.append(_bare(postgres, url, script, seconds=seconds))
                found = _ours(url, seconds=seconds, lines=lines, budgets=budgets)
                ours.append(found["rate"])
                cpu.append(found["cpu"])
                print(f"{name}: bare {bare[-1]:.0f}/s, ours {ours[-1]:.0f}/s", flush=True)
            notes = f"{lines} lines in {budgets} budgets, {statistics.median(cpu):.0f} us of CPU a posting"
            value, limit = statistics.median(ours), statistics.median(bare)
            results.append(Result(name, value, "postings/s", limit, reach, notes))
        url = postgres.create_service_database("million")
        upgrade("finance", url)
        return [*results, *compare(url)]


def _prepare(url: str, *, lines: int, budgets: int) -> str:
    """A migrated database with its lines, and the script that does to it what one posting does."""
    upgrade("finance", url)
    with closing(Database(url, service="finance")) as database:
        with database.transaction() as session:
            session.add_all(budget(number) for number in range(1, budgets + 1))
            session.flush()
            numbers = [(one, budget_number(one, lines=lines, budgets=budgets)) for one in range(1, lines + 1)]
            session.add_all(line(*both) for both in numbers)
        messages = _caught(database, lambda: post_once(database, line=1, lines=lines, budgets=budgets))
    return _script(messages, lines=lines, budgets=budgets)


def _caught(database: Database, act: Callable[[], None]) -> list[str]:
    """What ``act`` sends to the database, a text for each message, its parameters filled in."""
    sent: list[str] = []

    def note(_connection: Any, cursor: Any, sql: str, parameters: Any, *_: Any) -> None:
        sent.append(cursor.mogrify(sql, parameters).decode())

    event.listen(database.engine, "before_cursor_execute", note)
    act()
    event.remove(database.engine, "before_cursor_execute", note)
    return sent


def _script(messages: list[str], *, lines: int, budgets: int) -> str:
    """The messages of one posting for pgbench, on any of the lines. BEGIN travels with the first."""
    posting, closing_message = messages
    entry_id = re.search(r"SELECT '([0-9a-f-]{36})'", posting)
    assert entry_id is not None and closing_message.endswith("; COMMIT"), messages
    posting = posting.replace(f"'{entry_id[1]}'", "gen_random_uuid()")
    for uuid, number in ((line_id(1), f"{LINE_BASE} + :line"), (numbered(1), ":budget")):
        picked = f"('{str(uuid)[:24]}' || lpad(({number})::text, 12, '0'))"
        posting = posting.replace(f"'{uuid}'", picked)
    picking = f"\\set line random(1, {lines})\n\\set budget (:line - 1) * {budgets} / {lines} + 1\n"
    last = closing_message.removesuffix("; COMMIT")
    flat = " ".join(posting.split("\n"))
    return f"{picking}BEGIN\\; {flat};\n{last}\\; COMMIT;\n"


def _bare(postgres: PostgresServer, url: str, script: str, *, seconds: float) -> float:
    """Transactions a second of ``script`` under pgbench."""
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(script)
        file.flush()
        database = make_url(url)
        command = ["-f", file.name, "-n", "-c", str(CLIENTS), "-j", str(PROCESSES), "-T", str(int(seconds))]
        place = ["-h", str(database.host), "-p", str(database.port), "-U", str(database.username)]
        done = subprocess.run(
            [f"{find_binaries()}/pgbench", *command, *place, str(database.database)],
            capture_output=True,
            text=True,
            check=True,
        )
    found = re.search(r"tps = ([0-9.]+)", done.stdout)
    assert found is not None, done.stdout + done.stderr
    return float(found[1])


def _ours(url: str, *, seconds: float, lines: int, budgets: int) -> dict[str, float]:
    """Postings a second of all processes together, and microseconds of CPU for each."""
    share = [str(seconds), str(CLIENTS // PROCESSES), str(lines), str(budgets)]
    command = [sys.executable, "-m", "bench.ledger_clients", url, *share]
    started = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(PROCESSES)]
    found = [json.loads(process.communicate(timeout=seconds + 60)[0]) for process in started]
    posted = sum(one["posted"] for one in found)
    rate = sum(one["posted"] / one["seconds"] for one in found)
    return {"rate": rate, "cpu": sum(one["cpu"] for one in found) / posted * 1e6}
