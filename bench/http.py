"""``http``: create and read a lead as 50 clients, against a bare nameko handler that answers a constant."""

import json
import statistics
import subprocess
import sys

import requests

from bench.result import Result
from contracts.roles import LEAD_ADMINISTRATOR
from fanfare.local.ports import free_port
from fanfare.local.postgres import PostgresServer
from fanfare.local.rabbitmq import RabbitServer
from fanfare.local.stack import SERVICES, Stack

SECONDS = 10.0
ROUNDS = 5
REACH = 0.3


def run(*, seconds: float = SECONDS, rounds: int = ROUNDS) -> list[Result]:
    """Take turns between the bare handler and the lead service, ``rounds`` times; the medians count."""
    with PostgresServer(durable=True) as postgres, RabbitServer() as rabbit:
        databases = {service: postgres.create_service_database(service) for service in SERVICES}
        stack = Stack(databases=databases, broker_url=rabbit.url, settings={"FANFARE_LOG_LEVEL": "warning"})
        stack.migrate()
        try:
            stack.start(["lead"])
            return [_compare(stack, seconds=seconds, rounds=rounds)]
        finally:
            stack.kill_all()


def _compare(stack: Stack, *, seconds: float, rounds: int) -> Result:
    token = stack.token(subject="bench", roles=[LEAD_ADMINISTRATOR], departments=["north"])
    contact_id = contact_of(stack, token)
    bare_port = free_port()
    bare = subprocess.Popen(
        [sys.executable, "-m", "bench.bare_http", str(bare_port)], stdout=subprocess.PIPE, text=True
    )
    raws, ours = [], []
    try:
        assert bare.stdout is not None
        bare.stdout.readline()
        for number in range(rounds):
            raws.append(load(bare_port, seconds=seconds))
            ours.append(load(stack.ports["lead"].http, seconds=seconds, token=token, contact_id=contact_id))
            print(
                f"round {number + 1}: bare {raws[-1]['rate']:.0f}/s, lead {ours[-1]['rate']:.0f}/s",
                flush=True,
            )
    finally:
        bare.kill()
    failed = sum(one["failed"] for one in ours)
    value = statistics.median(one["rate"] for one in ours) if not failed else 0.0
    p99 = statistics.median(one["p99"] for one in ours) * 1000
    limit = statistics.median(one["rate"] for one in raws)
    return Result("http", value, "requests/s", limit, REACH, f"p99 {p99:.0f} ms, failed {failed:.0f}")


def contact_of(stack: Stack, token: str) -> str:
    """The id of a contact that leads can be about."""
    contact = {
        "given_name": "Ada",
        "family_name": "Example",
        "email": "ada@example.org",
        "department": "north",
    }
    answer = requests.post(
        f"{stack.url('lead')}/contacts",
        json=contact,
        headers={"Authorization": f"Bearer {token}"},
        timeout=10,
    )
    answer.raise_for_status()
    return str(answer.json()["id"])


def load(
    port: int, *, seconds: float, token: str = "", contact_id: str = "", rate: float = 0.0
) -> dict[str, float]:
    """What the clients of ``bench.http_clients`` found, in a process of their own."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.http_clients", str(port), str(seconds), token, contact_id, str(rate)],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=seconds + 60,
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found
