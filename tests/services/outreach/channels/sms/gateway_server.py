"""A gateway with Twilio's API that is as troubled as a test wants, as a process of its own.

``python -m tests.services.outreach.channels.sms.gateway_server PORT FOLDER``: ``FOLDER/moods.json`` maps
numbers to moods; each request that arrived is a line in ``FOLDER/arrived``.
"""

import base64
import itertools
import json
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

REFUSALS: dict[str, tuple[int, dict[str, Any]]] = {
    "invalid": (400, {"code": 21211, "message": "Invalid 'To' Phone Number", "status": 400}),
    "busy": (429, {"code": 20429, "message": "Too Many Requests", "status": 429}),
    "away": (503, {}),
    "broken": (500, {"message": "An internal error"}),
    "moved": (302, {}),
    "stranger": (401, {"code": 20003, "message": "Authenticate", "status": 401}),
    "odd": (200, {}),
}
_numbers = itertools.count(1)


class Handler(BaseHTTPRequestHandler):
    """Answers as the mood of the number says; without one it takes the message."""

    protocol_version = "HTTP/1.1"
    folder: Path

    def do_POST(self) -> None:
        form = {name: values[0] for name, values in parse_qs(self._body().decode()).items()}
        user = base64.b64decode(self.headers["Authorization"].removeprefix("Basic ")).decode()
        line = json.dumps({"path": self.path, "user": user, **form})
        with (self.folder / "arrived").open("a") as arrived:
            arrived.write(line + "\n")
        mood = json.loads((self.folder / "moods.json").read_text()).get(form["To"], "")
        if mood == "hang":
            time.sleep(5)
        if mood == "cut":
            self.close_connection = True
            return
        code, said = REFUSALS.get(mood) or (201, self._taken(mood))
        self._answer(code, said)

    def log_message(self, format: str, *args: Any) -> None:
        return

    def _taken(self, mood: str) -> dict[str, Any]:
        price = {"price": "-0.0075", "price_unit": "USD"} if mood == "priced" else {"price": None}
        return {"sid": f"SM{next(_numbers):032x}", "status": "queued", "num_segments": "2", **price}

    def _answer(self, code: int, said: dict[str, Any]) -> None:
        body = json.dumps(said).encode() if said else b"<html>"
        self.send_response(code)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _body(self) -> bytes:
        return self.rfile.read(int(self.headers["Content-Length"]))


if __name__ == "__main__":
    Handler.folder = Path(sys.argv[2])
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
