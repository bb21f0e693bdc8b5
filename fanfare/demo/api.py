"""Calls the services as a person would: over HTTP, with that person's bearer token.

A service that cannot be reached, or says that it is unavailable, is asked again for a while. A POST
carries the same Idempotency-Key each time, so that however often it is sent it acts once.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

import requests

from chassis.ids import new_id
from fanfare.demo.people import Person

ANSWER_SECONDS = 30
PAUSE_SECONDS = 0.2
LARGEST_PAGE = 200
AWAY = (requests.ConnectionError, requests.Timeout)
UNAVAILABLE = 503
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
"""The people of the play are no machines."""

Record = dict[str, Any]
"""A JSON object as a service answered it."""


class Refused(RuntimeError):
    """A service answered with an error. The text says who asked for what, and the service's reason."""


class Unreachable(RuntimeError):
    """A service could not be reached within the patience of the caller."""


class Api:
    """The five services at ``addresses``. ``token_of`` signs a person in.

    ``check`` is asked while a service cannot be reached; it may raise. ``patience`` is in seconds.
    ``detours`` says where to connect to instead, by the beginning of a URL that cannot be reached from here.
    """

    def __init__(
        self,
        addresses: Mapping[str, str],
        *,
        token_of: Callable[[Person], str],
        check: Callable[[], None] = lambda: None,
        patience: float = 30.0,
        detours: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.addresses = addresses
        self.check = check
        self.patience = patience
        self._detours = detours
        self._token_of = token_of
        self._tokens: dict[Person, str] = {}
        self._session = requests.Session()
        self._session.headers["User-Agent"] = BROWSER

    def get(self, who: Person, service: str, path: str, **parameters: Any) -> Any:
        """What ``path`` shows to ``who``. Raises Refused, Unreachable."""
        return self.call("GET", who, service, path, params=parameters).json()

    def post(self, who: Person, service: str, path: str, body: Record | None = None, **options: Any) -> Any:
        """Have ``who`` send ``body`` as JSON; ``options`` are those of ``requests``. Raises as ``get``."""
        return self.call("POST", who, service, path, json=body, **options).json()

    def items(self, who: Person, service: str, path: str, **filters: Any) -> Iterator[Record]:
        """Every item of a list, page by page, newest first."""
        cursor: dict[str, str] = {}
        while True:
            page = self.get(who, service, path, limit=LARGEST_PAGE, **filters, **cursor)
            yield from page["items"]
            if page["next"] is None:
                return
            cursor = {"cursor": page["next"]}

    def call(self, method: str, who: Person, service: str, path: str, **options: Any) -> requests.Response:
        """One request of ``who``. Raises Refused for an error, Unreachable when there is no answer."""
        headers = {"Authorization": f"Bearer {self._token(who)}", **options.pop("headers", {})}
        if method == "POST":
            headers["Idempotency-Key"] = str(new_id())
        answer = self.send(method, f"{self.addresses[service]}{path}", headers=headers, **options)
        if not answer.ok:
            raise Refused(f"{who.name}: {method} {service} {path} was answered {_reason(answer)}")
        return answer

    def send(self, method: str, url: str, **options: Any) -> requests.Response:
        """One request by nobody in particular, repeated while the service is away. Raises Unreachable."""
        url, host = self._way_to(url)
        headers = {**options.pop("headers", {}), **host}
        until = time.monotonic() + self.patience
        while True:
            try:
                answer = self._session.request(
                    method, url, headers=headers, timeout=ANSWER_SECONDS, allow_redirects=False, **options
                )
            except AWAY as error:
                self.check()
                if time.monotonic() > until:
                    raise Unreachable(f"{method} {url}: {error}") from error
                time.sleep(PAUSE_SECONDS)
            else:
                if answer.status_code != UNAVAILABLE or time.monotonic() > until:
                    return answer
                self.check()
                time.sleep(PAUSE_SECONDS)

    def _way_to(self, url: str) -> tuple[str, dict[str, str]]:
        """Where to ask for ``url``, and the header that tells its host where that is another one."""
        for beginning, address in self._detours.items():
            if url.startswith(f"{beginning}/"):
                return address + url.removeprefix(beginning), {"Host": urlsplit(url).netloc}
        return url, {}

    def _token(self, who: Person) -> str:
        if who not in self._tokens:
            self._tokens[who] = self._token_of(who)
        return self._tokens[who]


def _reason(answer: requests.Response) -> str:
    """The problem document in one line."""
    try:
        problem = answer.json()
    except ValueError:
        return f"{answer.status_code} {answer.reason}"
    faults = "; ".join(f"{one.get('field')}: {one.get('reason')}" for one in problem.get("errors", ()))
    return " ".join(
        filter(None, (str(answer.status_code), problem.get("title"), problem.get("detail"), faults))
    )
