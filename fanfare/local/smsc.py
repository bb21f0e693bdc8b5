"""An SMS centre that delivers nothing, on npm's smpp: for tests and benchmarks.

It is somebody else's SMPP, so that a mistake of ours is not made twice. How it behaves can be changed
while it runs, and it tells what it took.
"""

import json
import os
import shutil
import tempfile
import urllib.request
from pathlib import Path
from typing import Any, Self

from fanfare.local.ports import HOST, free_port, is_open
from fanfare.local.process import Child, StartFailed, run_tool

SOURCE = Path(__file__).with_suffix(".js")
PACKAGE = "smpp@0.5.1"
PACKAGES = Path(__file__).resolve().parents[2] / "var" / "npm" / PACKAGE


class Smsc:
    """One centre in a process of its own. Its log is in ``folder``."""

    def __init__(self, folder: Path) -> None:
        self.port, self._control = free_port(), free_port()
        self._log = folder / "smsc.log"
        self.process = self._child()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.process.kill()

    @property
    def url(self) -> str:
        return f"smpp://fanfare:secret@{HOST}:{self.port}"

    def start(self) -> Self:
        """Start it, and wait until it listens. Raises StartFailed, also where node or npm is missing."""
        install()
        self.process.start()
        self.process.wait_ready(lambda: is_open(self.port) and is_open(self._control), seconds=20)
        return self

    def behave(self, **options: Any) -> None:
        """How it behaves from now on; see ``behave`` in the script. ``moods`` maps digits to a mood."""
        self._ask("POST", "/behave", options)

    def taken(self) -> list[dict[str, Any]]:
        """The parts that it took, in their order."""
        found: list[dict[str, Any]] = self._ask("GET", "/taken")
        return found

    def counts(self) -> dict[str, int]:
        """How many parts it took for each destination."""
        found: dict[str, int] = self._ask("GET", "/counts")
        return found

    def state(self) -> dict[str, int]:
        """Figures: total, receipts, acked, cuts, binds, bound."""
        found: dict[str, int] = self._ask("GET", "/state")
        return found

    def deliver(self, **fields: Any) -> bool:
        """Send a deliver_sm to a bound session; whether there was one. ``hex`` and ``udh`` are raw octets."""
        return bool(self._ask("POST", "/deliver", fields)["delivered"])

    def order(self, what: str) -> None:
        """``cut`` or ``unbind`` all sessions, ``enquire`` after them, or ``forget`` what has been."""
        self._ask("POST", f"/{what}", {})

    def _child(self) -> Child:
        command = ["node", str(SOURCE), str(PACKAGES), str(self.port), str(self._control)]
        return Child("smsc", command, log=self._log)

    def _ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"http://{HOST}:{self._control}{path}", data, method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)


def install() -> None:
    """Fetch the npm package once, below ``var``. Raises StartFailed."""
    if (PACKAGES / "node_modules" / "smpp").is_dir():
        return
    if not (shutil.which("node") and shutil.which("npm")):
        raise StartFailed("the SMS centre needs node and npm: apt-get install nodejs npm")
    PACKAGES.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(dir=PACKAGES.parent))
    run_tool(
        ["npm", "install", "--prefix", str(fresh), "--no-audit", "--no-fund", "--no-package-lock", PACKAGE],
        environment=dict(os.environ),
    )
    try:
        fresh.rename(PACKAGES)
    except OSError:
        shutil.rmtree(fresh)
