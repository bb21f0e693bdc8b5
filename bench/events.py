"""``events``: commit in one service to commit in another, against raw py-amqp on the same broker."""

import json
import statistics
import subprocess
import sys
import time

from bench.result import Result
from fanfare.local.postgres import PostgresServer
from fanfare.local.rabbitmq import RabbitServer

COUNT = 50_000
ROUNDS = 3
REACH = 0.6
P99_REACH_MS = 100.0


def run(*, count: int = COUNT, rounds: int = ROUNDS) -> list[Result]:
    """Take turns between the raw limit and ours, ``rounds`` times; the medians count."""
    raws, ours = [], []
    with PostgresServer(durable=True) as postgres, RabbitServer() as rabbit:
        for number in range(rounds):
            raws.append(raw_rate(rabbit.url, queue=f"raw-{number}", count=count))
            ours.append(our_rate(postgres, rabbit.url, count=count))
            print(f"round {number + 1}: raw {raws[-1]:.0f}/s, ours {ours[-1]:.0f}/s", flush=True)
        value, limit = statistics.median(ours), statistics.median(raws)
        bare = raw_rate(rabbit.url, queue="raw-bare", count=count, bare=True)
        halves = [
            latencies(postgres, rabbit.url, count=count // 2, rate=value / 2)["p99"] for _ in range(rounds)
        ]
    p99 = statistics.median(halves) * 1000
    notes = f"py-amqp without headers {bare:.0f}/s"
    return [
        Result("events", value, "events/s", limit, REACH, notes),
        Result("events-p99", P99_REACH_MS / p99, "x of 100 ms", 1.0, 1.0, f"p99 {p99:.1f} ms at half load"),
    ]


def raw_rate(url: str, *, queue: str, count: int, bare: bool = False) -> float:
    """Messages a second through py-amqp, published and consumed at the same time."""
    kind = ["bare"] if bare else []
    consumer = _start("bench.raw_amqp", "consume", url, queue, str(count), *kind)
    publisher = _start("bench.raw_amqp", "publish", url, queue, str(count), *kind)
    began = float(_output(publisher).split()[-2])
    ended = float(_output(consumer).split()[-1])
    return count / (ended - began)


def our_rate(postgres: PostgresServer, url: str, *, count: int) -> float:
    """Events a second from the first commit on one side to the last on the other."""
    found = _both_sides(postgres, url, count=count, rate=0)
    return count / (found["ended"] - found["began"])


def latencies(postgres: PostgresServer, url: str, *, count: int, rate: float) -> dict[str, float]:
    """Seconds from commit to commit at a steady ``rate``: p50 and p99."""
    return _both_sides(postgres, url, count=count, rate=rate)


def _both_sides(postgres: PostgresServer, url: str, *, count: int, rate: float) -> dict[str, float]:
    number = time.monotonic_ns()
    urls = [postgres.create_service_database(f"{side}{number}") for side in ("lead", "reporting")]
    applying = _start("bench.events_side", "apply", urls[1], url, str(count), "0")
    assert applying.stdout is not None
    while "ready" not in applying.stdout.readline():
        if applying.poll() is not None:
            raise RuntimeError("the applying side has ended")
    publishing = _start("bench.events_side", "publish", urls[0], url, str(count), str(rate))
    began = json.loads(_output(publishing).splitlines()[-1])
    ended = json.loads(_output(applying).splitlines()[-1])
    return {**ended, "began": began["began"], "written": began["written"]}


def _start(module: str, *arguments: str) -> "subprocess.Popen[str]":
    return subprocess.Popen([sys.executable, "-m", module, *arguments], stdout=subprocess.PIPE, text=True)


def _output(process: "subprocess.Popen[str]") -> str:
    output, _ = process.communicate(timeout=600)
    if process.returncode:
        raise RuntimeError(f"a side of the benchmark ended with {process.returncode}")
    return output
