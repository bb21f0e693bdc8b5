"""The probes answer on their own port, in a patched process and in a plain one."""

import json
import subprocess
import sys
from collections.abc import Iterator

import pytest
import requests

from chassis import metrics
from chassis.config import ConfigError
from chassis.probes import Probes

PLAIN_PROCESS = """
import json, sys, urllib.request, urllib.error
from chassis.probes import Probes
reasons = []
probes = Probes(host="127.0.0.1", port=0, liveness=lambda: [], readiness=lambda: reasons)
probes.start()
def status(path):
    try:
        return urllib.request.urlopen(f"http://127.0.0.1:{probes.port}{path}").status
    except urllib.error.HTTPError as error:
        return error.code
answers = [status("/livez"), status("/readyz"), status("/metrics")]
reasons.append("draining")
answers.append(status("/readyz"))
probes.stop()
print(json.dumps([answers, 'eventlet' in sys.modules]))
"""


class Process:
    """Stands for the process that is looked at: the reasons why it is not live or not ready."""

    def __init__(self) -> None:
        self.dead: list[str] = []
        self.unready: list[str] = []
        self.probes = Probes(
            host="127.0.0.1", port=0, liveness=lambda: self.dead, readiness=lambda: self.unready
        )

    def get(self, path: str) -> requests.Response:
        return requests.get(f"http://127.0.0.1:{self.probes.port}{path}", timeout=5)


@pytest.fixture
def process() -> Iterator[Process]:
    process = Process()
    process.probes.start()
    yield process
    process.probes.stop()


def test_a_process_that_is_well_is_live_and_ready(process: Process) -> None:
    for path in ("/livez", "/readyz"):
        answer = process.get(path)
        assert (answer.status_code, answer.json()) == (200, [])


def test_a_process_that_is_not_well_says_why(process: Process) -> None:
    process.dead.append("the consumer loop stands still")
    process.unready += ["draining", "schema too old"]
    live, ready = process.get("/livez"), process.get("/readyz")
    assert (live.status_code, live.json()) == (503, ["the consumer loop stands still"])
    assert (ready.status_code, ready.json()) == (503, ["draining", "schema too old"])


def test_a_check_that_fails_counts_as_not_well() -> None:
    def broken() -> list[str]:
        raise LookupError("secret detail")

    probes = Probes(host="127.0.0.1", port=0, liveness=broken, readiness=list)
    probes.start()
    answer = requests.get(f"http://127.0.0.1:{probes.port}/livez", timeout=5)
    probes.stop()
    assert (answer.status_code, answer.json()) == (503, ["the check failed with LookupError"])


def test_metrics_are_served_in_the_prometheus_format(process: Process) -> None:
    metrics.gauge("probe_test", "A gauge.").set(7)
    answer = process.get("/metrics")
    assert answer.headers["Content-Type"] == metrics.CONTENT_TYPE
    assert b"fanfare_probe_test 7.0" in answer.content


def test_nothing_else_is_served(process: Process) -> None:
    assert process.get("/").status_code == 404


def test_after_stop_the_port_is_free_again(process: Process) -> None:
    port = process.probes.port
    process.probes.stop()
    with pytest.raises(requests.ConnectionError):
        requests.get(f"http://127.0.0.1:{port}/livez", timeout=5)
    again = Probes(host="127.0.0.1", port=port, liveness=list, readiness=list)
    again.start()
    assert requests.get(f"http://127.0.0.1:{port}/livez", timeout=5).status_code == 200
    again.stop()


def test_a_taken_port_is_refused(process: Process) -> None:
    second = Probes(host="127.0.0.1", port=process.probes.port, liveness=list, readiness=list)
    sentence = rf"127\.0\.0\.1:{process.probes.port} cannot be listened at for the probes: Address already"
    with pytest.raises(ConfigError, match=sentence):
        second.start()


def test_a_process_that_is_not_patched_serves_them_from_threads_without_eventlet() -> None:
    result = subprocess.run(
        [sys.executable, "-c", PLAIN_PROCESS], capture_output=True, text=True, timeout=60, check=True
    )
    assert json.loads(result.stdout) == [[200, 200, 200, 503], False]
