"""Ports are given out once, also to processes that do not know of each other."""

import subprocess
import sys

import pytest

from fanfare.local import ports

ANOTHER = "from fanfare.local.ports import free_port; print(free_port(), flush=True); input()"


def test_no_port_is_given_out_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    some = [ports.free_port() for _ in range(3)]
    assert len(set(some)) == 3
    monkeypatch.setattr(ports, "PORTS", some)
    with pytest.raises(OSError, match="no free port was found"):
        ports.free_port()


def test_what_another_process_was_given_is_left_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", ANOTHER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as another:
        assert another.stdin and another.stdout
        port = int(another.stdout.readline())
        monkeypatch.setattr(ports, "PORTS", [port])
        with pytest.raises(OSError, match="no free port was found"):
            ports.free_port()
        another.stdin.close()
    assert ports.free_port() == port


def test_only_the_last_few_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ports, "MOST_HELD", len(ports._held) + 1)
    first, _ = ports.free_port(), ports.free_port()
    monkeypatch.setattr(ports, "MOST_HELD", 1)
    ports.free_port()
    monkeypatch.setattr(ports, "PORTS", [first])
    monkeypatch.setattr(ports, "MOST_HELD", 64)
    assert ports.free_port() == first
