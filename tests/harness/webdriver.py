"""A client of W3C WebDriver, as far as the tests need it: one window and what a person does in it."""

import base64
import json
from collections.abc import Iterator, Mapping
from typing import Any

import requests

SECONDS = 30
LIMITS = {"pageLoad": SECONDS * 1000, "script": SECONDS * 1000}
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
"""The key of an element's id, from the standard."""

MODIFIERS = {"Shift": "\ue008", "Control": "\ue009", "Alt": "\ue00a"}
KEYS = {"Tab": "\ue004", "Enter": "\ue007", "Escape": "\ue00c", "Space": " ", "Backspace": "\ue003"}
KEYS |= {"ArrowLeft": "\ue012", "ArrowUp": "\ue013", "ArrowRight": "\ue014", "ArrowDown": "\ue015"}


class WebDriverError(RuntimeError):
    """What was asked for could not be done; the text is the driver's."""


class Session:
    """One browser of the driver at ``url``."""

    def __init__(self, url: str, capabilities: Mapping[str, Any]) -> None:
        self._http = requests.Session()
        self._http.trust_env = False
        self._base = f"{url}/session"
        wanted = {"timeouts": LIMITS, **capabilities}
        opened = self._call("POST", "", capabilities={"alwaysMatch": wanted})
        self._base += f"/{opened['sessionId']}"

    def close(self) -> None:
        """End the browser."""
        self._call("DELETE", "")
        self._http.close()

    def open(self, url: str) -> None:
        """Go to an address and wait until the page is loaded."""
        self._call("POST", "/url", url=url)

    @property
    def address(self) -> str:
        return str(self._call("GET", "/url"))

    def run(self, script: str, *arguments: object) -> Any:
        """Run the body of a function in the page; what it returns, or what its promise comes to."""
        return self._call("POST", "/execute/sync", script=script, args=arguments)

    def click(self, selector: str) -> None:
        """Click on the first element that the CSS selector finds. Raises where nobody could."""
        found = self._call("POST", "/element", using="css selector", value=selector)
        self._call("POST", f"/element/{found[ELEMENT]}/click")

    def focus(self) -> tuple[str, str]:
        """The role and the name of the element that has the focus, as a screen reader says them."""
        path = f"/element/{self._call('GET', '/element/active')[ELEMENT]}"
        return self._call("GET", f"{path}/computedrole"), self._call("GET", f"{path}/computedlabel")

    def press(self, *chords: str) -> None:
        """Press keys one after the other: ``"Tab"``, ``"Shift+Tab"``, or a single character."""
        actions = [action for chord in chords for action in _strokes(chord)]
        self._call("POST", "/actions", actions=[{"type": "key", "id": "keyboard", "actions": actions}])

    def print(self) -> bytes:
        """The page as a PDF on paper of the size A4."""
        return base64.b64decode(self._call("POST", "/print", page={"width": 21.0, "height": 29.7}))

    def picture(self) -> bytes:
        """What the window shows, as a PNG."""
        return base64.b64decode(self._call("GET", "/screenshot"))

    def command(self, name: str, **parameters: object) -> None:
        """A command of the browser's own protocol, for what the standard does not know."""
        self._call("POST", "/goog/cdp/execute", cmd=name, params=parameters)

    def console(self) -> list[Mapping[str, Any]]:
        """What was written to the console since it was asked last: level, source, message."""
        return list(self._call("POST", "/se/log", type="browser"))

    def network(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """The events of the browser's protocol since they were asked for last: method and parameters."""
        for entry in self._call("POST", "/se/log", type="performance"):
            event = json.loads(entry["message"])["message"]
            yield event["method"], event["params"]

    def _call(self, method: str, path: str, **body: object) -> Any:
        sent = body if method == "POST" else None
        answer = self._http.request(method, f"{self._base}{path}", json=sent, timeout=2 * SECONDS)
        value = answer.json()["value"]
        if not answer.ok:
            raise WebDriverError(f"{method} {path}: {value['error']}: {value['message']}")
        return value


def _strokes(chord: str) -> Iterator[dict[str, str]]:
    *held, key = chord.split("+") if len(chord) > 1 else [chord]
    codes = [*(MODIFIERS[one] for one in held), KEYS.get(key, key)]
    for code in codes:
        yield {"type": "keyDown", "value": code}
    for code in reversed(codes):
        yield {"type": "keyUp", "value": code}
