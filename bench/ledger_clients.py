"""Clients that post to the ledger as fast as they are answered, in one process like a replica of finance.

``python -m bench.ledger_clients DATABASE_URL SECONDS CLIENTS LINES BUDGETS``. Each client commits a cent to
one of the lines, chosen at random, in a transaction of its own. Prints postings, seconds and CPU seconds.
"""

from chassis import green

green.patch()

import json
import random
import resource
import sys
import time

import eventlet

from bench.ledger_posting import post_once
from chassis import collector
from chassis.database import Database


def main() -> None:
    """Run the clients of one process until the time is up."""
    url, seconds, clients = sys.argv[1], float(sys.argv[2]), int(sys.argv[3])
    lines, budgets = int(sys.argv[4]), int(sys.argv[5])
    database = Database(url, service="finance", pool_size=clients)
    collector.settle()
    posted = [0] * clients
    until = time.perf_counter() + seconds

    def client(number: int) -> None:
        chance = random.Random(number)
        while time.perf_counter() < until:
            post_once(database, line=chance.randint(1, lines), lines=lines, budgets=budgets)
            posted[number] += 1

    began = time.perf_counter()
    for one in [eventlet.spawn(client, number) for number in range(clients)]:
        one.wait()
    used = resource.getrusage(resource.RUSAGE_SELF)
    took, cpu = time.perf_counter() - began, used.ru_utime + used.ru_stime
    print(json.dumps({"posted": sum(posted), "seconds": took, "cpu": cpu}), flush=True)


if __name__ == "__main__":
    main()
