"""The client of the demonstration asks on while a service is away, and acts once."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from fanfare.demo.api import Api, Refused, Unreachable
from fanfare.demo.people import PLANNER
from fanfare.demo.world import NotArrived, World
from fanfare.local.ports import HOST, free_port


@contextmanager
def answering(port: int, *, status: int, document: dict[str, Any]) -> Iterator[list[dict[str, str]]]:
    """A service that always answers the same; yields the headers of the requests it got."""
    requests: list[dict[str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            requests.append(dict(self.headers))
            body = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Silent."""

    server = HTTPServer((HOST, port), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield requests
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def api(port: int, **options: Any) -> Api:
    return Api({"lead": f"http://{HOST}:{port}"}, token_of=lambda who: f"token-of-{who.subject}", **options)


def test_a_service_that_comes_back_gets_the_same_key_again() -> None:
    port, keys = free_port(), []

    def start() -> None:
        keys.append("asked while away")
        if len(keys) == 2:
            stage.__enter__()

    stage = answering(port, status=201, document={"id": "1"})
    assert api(port, check=start).post(PLANNER, "lead", "/leads", {}) == {"id": "1"}
    stage.__exit__(None, None, None)
    assert len(keys) == 2


def test_a_request_carries_the_token_and_a_key() -> None:
    port = free_port()
    with answering(port, status=201, document={}) as requests:
        api(port).post(PLANNER, "lead", "/leads", {})
        api(port).post(PLANNER, "lead", "/leads", {})
    assert [one["Authorization"] for one in requests] == ["Bearer token-of-mara"] * 2
    assert len({one["Idempotency-Key"] for one in requests}) == 2


def test_a_refusal_names_who_asked_for_what_and_the_reason() -> None:
    problem = {"title": "Not valid", "errors": [{"field": "name", "reason": "Is missing"}]}
    port = free_port()
    with (
        answering(port, status=422, document=problem),
        pytest.raises(Refused, match=r"Mara Lindqvist: POST lead /leads .* 422 Not valid name: Is missing"),
    ):
        api(port).post(PLANNER, "lead", "/leads", {})


def test_patience_ends_with_the_address_that_was_silent() -> None:
    port = free_port()
    with pytest.raises(Unreachable, match=f"POST http://{HOST}:{port}/leads"):
        api(port, patience=0.0).post(PLANNER, "lead", "/leads", {})


def test_a_wait_that_ends_in_vain_names_what_did_not_come(tmp_path: Path) -> None:
    world = World(api=api(1), mailbox=tmp_path, contacts=tmp_path, seconds=0.05)
    began = time.monotonic()
    with pytest.raises(NotArrived, match="the mail did not come within 0 s. Last seen: 7 of 9"):
        world.wait("the mail", lambda: None, seen=lambda: "7 of 9")
    assert time.monotonic() - began < 5


def test_a_wait_ends_when_a_process_has_died(tmp_path: Path) -> None:
    def dead() -> None:
        raise RuntimeError("outreach ended")

    world = World(api=api(1), mailbox=tmp_path, contacts=tmp_path, check=dead)
    with pytest.raises(RuntimeError, match="outreach ended"):
        world.wait("the mail", lambda: None)
