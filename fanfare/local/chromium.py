"""A private Chromium that tests look at pages with, and the driver that moves it.

The driver speaks W3C WebDriver on a free port of the loopback interface. It holds the browser by a
pipe, so that the browser ends with it however it ends. Names are not resolved and no proxy is used:
a page that asks for anything beyond this machine gets nothing.
"""

import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from fanfare.local.ports import HOST, free_port
from fanfare.local.process import Child, StartFailed
from fanfare.local.server import Server

PACKAGES = ("chromium", "chromium-driver")
"""Debian's names."""

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ANSWER_SECONDS = 2
SWITCHES = (
    "--headless=new",
    "--guest",  # no new tab page, which would load eighty files first
    "--remote-debugging-pipe",
    "--no-proxy-server",
    f"--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE {HOST}",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--force-color-profile=srgb",
    "--lang=en",
)


@dataclass(frozen=True)
class Programs:
    """Where the browser and its driver are."""

    browser: Path
    driver: Path


def find_programs() -> Programs | None:
    """The browser and the driver on the PATH, or None where one of them is missing."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    driver = shutil.which("chromedriver")
    return Programs(Path(browser), Path(driver)) if browser and driver else None


class ChromiumDriver(Server):
    """One driver; the browsers that it starts keep their profile and all their files in ``folder``."""

    start_seconds = 30

    def __init__(self) -> None:
        programs = find_programs()
        if programs is None:
            raise StartFailed(f"Chromium is not installed (Debian: apt-get install {' '.join(PACKAGES)})")
        self.port = free_port()
        self.folder = Path(tempfile.mkdtemp(prefix="fanfare-chromium-"))
        self._browser = programs.browser
        self.process = Child(
            "chromedriver",
            [str(programs.driver), f"--port={self.port}"],
            log=self.folder / "driver.log",
            environment=os.environ | dict.fromkeys(("HOME", "TMPDIR"), str(self.folder)),
            folder=self.folder,
        )

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def capabilities(self) -> Mapping[str, Any]:
        """What a session asks for: this browser, with a log of its console and of the network."""
        switches = [*SWITCHES, f"--user-data-dir={self.folder / 'profile'}"]
        switches += ["--no-sandbox"] if os.geteuid() == 0 else []
        return {
            "browserName": "chrome",
            "goog:chromeOptions": {"binary": str(self._browser), "args": switches},
            "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
        }

    def remove(self) -> None:
        """Kill it with its browsers, which may still be writing, and delete their files."""
        self.process.kill()
        super().remove()

    def answers(self) -> bool:
        with requests.Session() as session:
            session.trust_env = False
            try:
                answer = session.get(f"{self.url}/status", timeout=ANSWER_SECONDS)
            except requests.RequestException:
                return False
        return bool(answer.ok and answer.json()["value"]["ready"])
