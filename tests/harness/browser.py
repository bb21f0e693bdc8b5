"""The browser of the tests, as a person uses it, and as a watchman sees it.

    def test_the_button_unsubscribes(browser: Browser, mail: Mail) -> None:
        browser.open(mail.url("u"))
        browser.click("button")
        browser.wait_for("h1", "You are unsubscribed")

A test fails when one of its pages wrote an error to the console, or asked for anything but what the
service gives at whose address it was opened.
"""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

from fanfare.local.process import wait_until
from tests.harness.webdriver import Session

SECONDS = 10
PHONE = 360
"""The width of a small phone in CSS pixels."""

LONGEST_TOUR = 200
FETCHED = {"http", "https", "ws", "wss", "ftp", "file"}

FOCUS_IS_SHOWN = """
    const light = colour => {
        const [red, green, blue, alpha = 1] = colour.match(/[\\d.]+/g).map(Number);
        const part = value => value <= 10 ? value / 3294.6 : ((value / 255 + 0.055) / 1.055) ** 2.4;
        return alpha ? 0.2126 * part(red) + 0.7152 * part(green) + 0.0722 * part(blue) : 1;
    };
    const outline = getComputedStyle(document.activeElement);
    const lights = [outline.outlineColor, getComputedStyle(document.body).backgroundColor].map(light);
    const contrast = (Math.max(...lights) + 0.05) / (Math.min(...lights) + 0.05);
    return outline.outlineStyle === 'auto'
        || outline.outlineStyle !== 'none' && parseFloat(outline.outlineWidth) > 0 && contrast >= 3"""
"""Whether there is an outline, and its contrast to the page is at least 3 to 1 (WCAG 2.2, 1.4.11)."""

PLACE_OF_FOCUS = """
    const active = document.activeElement;
    return active === document.body ? -1 : [...document.querySelectorAll('*')].indexOf(active)"""


@dataclass(frozen=True)
class Stop:
    """Where the Tab key leads: the role and name that a screen reader says, and whether one sees it."""

    role: str
    name: str
    visible: bool


class Browser:
    """A window with nothing in it, and what its pages did since."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._origins: set[str] = set()
        session.open("about:blank")
        session.command("Emulation.clearDeviceMetricsOverride")
        session.command("Network.clearBrowserCookies")
        session.command("Network.clearBrowserCache")
        self.problems()

    def open(self, url: str) -> None:
        """Go to an address and wait until the page is loaded. Its host may be asked for more."""
        self._origins.add(_origin(url))
        self._session.open(url)

    def allow(self, url: str) -> None:
        """Let pages lead to the host of an address and ask it for more."""
        self._origins.add(_origin(url))

    @property
    def address(self) -> str:
        return self._session.address

    def run(self, script: str, *arguments: object) -> Any:
        """Run the body of a function in the page. Gives what it returns, or what its promise comes to."""
        return self._session.run(script, *arguments)

    def click(self, selector: str) -> None:
        """Click on the first element that the CSS selector finds. Raises where nobody could."""
        self._session.click(selector)

    def press(self, *chords: str) -> None:
        """Press keys one after the other: ``"Tab"``, ``"Shift+Tab"``, ``"Space"``, or a character."""
        self._session.press(*chords)

    def write(self, text: str) -> None:
        """Type a text where the focus is."""
        self._session.press(*text)

    def resize(self, width: int, *, height: int = 740, scale: float = 1) -> None:
        """Become a touch screen of so many CSS pixels, each of them ``scale`` pixels of a picture."""
        self._session.command(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=scale,
            mobile=True,
        )

    def print(self) -> bytes:
        """The page as a PDF on paper of the size A4."""
        return self._session.print()

    def picture(self) -> bytes:
        """What the window shows, as a PNG."""
        return self._session.picture()

    def count(self, selector: str) -> int:
        return int(self.run("return document.querySelectorAll(arguments[0]).length", selector))

    def text(self, selector: str = "body") -> str:
        """What the first element that the CSS selector finds shows, each run of white space as one space."""
        shown = self._shown(selector)
        if shown is None:
            raise LookupError(f"Nothing on {self.address} is {selector}")
        return shown

    def wait_for(self, selector: str, text: str) -> None:
        """Wait until the first element that the CSS selector finds shows ``text``."""
        if not wait_until(lambda: self._shown(selector) == text, seconds=SECONDS):
            raise LookupError(f"{selector} does not show {text!r}, on {self.address}: {self.text()!r}")

    @property
    def focus(self) -> Stop:
        """Where the focus is now."""
        role, name = self._session.focus()
        return Stop(role, name, bool(self.run(FOCUS_IS_SHOWN)))

    def tour(self) -> list[Stop]:
        """Every place that the Tab key leads to from the beginning of the page, in order."""
        self.run("document.activeElement.blur(); getSelection().removeAllRanges()")
        stops: list[Stop] = []
        seen: set[int] = set()
        while len(stops) < LONGEST_TOUR:
            self.press("Tab")
            place = self.run(PLACE_OF_FOCUS)
            if place < 0 or place in seen:
                break
            seen.add(place)
            stops.append(self.focus)
        return stops

    @property
    def fits(self) -> bool:
        """Whether the page is as wide as the window, so that nobody has to scroll sideways."""
        return bool(
            self.run("const page = document.documentElement; return page.scrollWidth <= screen.width")
        )

    def barriers(self) -> list[str]:
        """What axe-core finds that keeps people out, by its impact, rule, place and reason."""
        found = self.run(f"{_axe()};return axe.run(document, {{resultTypes: ['violations']}})")
        return [
            f"{rule['impact']}: {rule['id']} at {', '.join(node['target'])}: {node['failureSummary']}"
            for rule in found["violations"]
            for node in rule["nodes"]
        ]

    def problems(self) -> list[str]:
        """What the pages did that they should not, since it was asked last."""
        pages, found = set(), []
        for method, event in self._session.network():
            if method != "Network.requestWillBeSent":
                continue
            url = event["request"]["url"]
            if event.get("type") == "Document":
                pages.add(url)
            if urlsplit(url).scheme in FETCHED and _origin(url) not in self._origins:
                found.append(f"asked for {url}")
        for entry in self._session.console():
            url = entry["message"].partition(" ")[0]
            # The status of a page is no fault of it: the browser tells of 404 and 422 in the console.
            told_of_page = entry["source"] == "network" and url in pages
            if entry["level"] == "SEVERE" and not told_of_page:
                found.append(f"console, {entry['source']}: {entry['message']}")
        return found

    def _shown(self, selector: str) -> str | None:
        shown = self.run("return document.querySelector(arguments[0])?.innerText", selector)
        return None if shown is None else " ".join(str(shown).split())


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


@cache
def _axe() -> str:
    return (files("axe_core_python") / "axe.min.js").read_text("utf-8")
