"""Does for each request what every route needs, and leaves the handler its own five lines.

A request is authenticated, authorised, read, limited and checked before a nameko worker is taken
for it. The worker runs the handler inside one session, turns the result into the answer, and only
then commits: what cannot be answered has not happened.
"""

import inspect
import re
import time
from collections.abc import Callable, Iterable
from contextvars import copy_context
from typing import Any

from eventlet.event import Event
from nameko.web.handlers import HttpRequestHandler
from werkzeug.wrappers import Response

from chassis import answer, idempotency, paging, parsing
from chassis.answer import Answer
from chassis.auth import Actor
from chassis.backoff import Backoff
from chassis.database import Session, has_clashed, reason_of, taken_key
from chassis.declaration import READING, Declaration
from chassis.errors import Forbidden, Invalid
from chassis.idempotency import StoredAnswer
from chassis.limits import Allowance
from chassis.logs import get_logger
from chassis.paging import Page
from chassis.problems import problem_of
from chassis.request import Request, etag
from chassis.runtime import Runtime
from chassis.server import ApiServer

_ARGUMENTS = re.compile(r"<(?:[^<>:]*:)?(\w+)>")
PUBLIC_BODY_BYTES = 64 * 1024
PUBLIC_RATE = 200.0
PUBLIC_BURST = 1000.0
CLASHES_BORNE = 4
"""How often a transaction that clashed with another one is done anew."""

CLASH_BASE_SECONDS = 0.01

log = get_logger(__name__)


class Endpoint(HttpRequestHandler):  # type: ignore[misc]
    """The nameko entrypoint behind one declared route."""

    server = ApiServer()
    runtime = Runtime()

    def __init__(self, declaration: Declaration) -> None:
        super().__init__(declaration.method, declaration.path)
        self.declaration = declaration
        self.key = f"{declaration.method} {declaration.path}"
        self._limit = 0
        self._allowance = Allowance(rate=PUBLIC_RATE, burst=PUBLIC_BURST)

    def __dir__(self) -> Iterable[str]:
        """Where nameko looks for what an extension is made of; it would ask all else of every route, too."""
        return ("server", "runtime")

    def setup(self) -> None:
        super().setup()
        arguments = set(_ARGUMENTS.findall(self.declaration.path))
        function = getattr(self.container.service_cls, self.method_name)
        missing = arguments - inspect.signature(function).parameters.keys()
        if missing:
            raise TypeError(f"{self.method_name} does not take {', '.join(sorted(missing))} of {self.url}")

    def prepare(self) -> None:
        """Called once when the settings are there. What requests need is made before the first comes."""
        made = self.declaration
        self._body, self._query, self._show = made.body_schema, made.query_schema, made.show
        usual = self.runtime.settings.max_body_bytes
        if self.declaration.public:
            usual = min(usual, PUBLIC_BODY_BYTES)
        self._limit = self.declaration.max_body or usual

    def stop(self) -> None:
        self.server.quiesce()
        super().stop()

    def handle(self, environ: dict[str, Any], values: dict[str, Any]) -> Answer:
        """The answer to one request, whatever happens."""
        subject = ""
        try:
            actor = self._admit(environ)
            subject = actor.subject
            request = Request(environ, self, actor=actor)
            self._read_query(request)
            self._read_body(request)
            given = self._work(request, values)
        except Exception as error:
            given = answer.of_problem(problem_of(error), environ["RAW_PATH_INFO"])
        given.subject = subject
        return given

    def perform(self, request: Request, handler: Callable[[], Any]) -> Answer:
        """Run the handler in its session and turn what it returns into the answer. Never raises.

        A transaction that PostgreSQL gave up for another one, or that found a key taken, is done anew, a few
        times: what was taken a moment ago is seen then. A key that is found taken twice stays so.
        """
        given = {"body": dict(request.body), "query": dict(request.query)}
        pauses, taken = Backoff(base=CLASH_BASE_SECONDS), {""}
        for _ in range(CLASHES_BORNE):
            try:
                return self._attempt(request, handler)
            except Exception as error:
                key = taken_key(error)
                if not has_clashed(error) and key in taken:
                    return answer.of_problem(problem_of(error), request.path)
                taken.add(key)
                log.warning("transaction_done_anew", path=request.path, reason=reason_of(error))
            time.sleep(pauses.next())
            vars(request).update({name: dict(values) for name, values in given.items()})
            if self.declaration.stream:
                request.stream.seek(0)
        try:
            return self._attempt(request, handler)
        except Exception as error:
            return answer.of_problem(problem_of(error), request.path)

    def _attempt(self, request: Request, handler: Callable[[], Any]) -> Answer:
        database = self.runtime.database
        open_session = database.reading if self.declaration.reads else database.transaction
        with open_session(request.actor) as session:
            request.session = session
            session.info["origin"] = request.client
            if request.idempotency_key is not None:
                return self._once(request, session, handler)
            return self._answer(request, session, handler())

    def _admit(self, environ: dict[str, Any]) -> Actor:
        declaration = self.declaration
        authorization = environ.get("HTTP_AUTHORIZATION")
        if declaration.public:
            self._allowance.take(environ.get("REMOTE_ADDR", ""))
            if authorization is None or authorization[:7].lower() != "bearer ":
                return Actor.anonymous()
            return self.runtime.authority.actor(authorization)
        actor = self.runtime.authority.actor(authorization)
        if not (actor.has(*declaration.roles) or actor.administers):
            raise Forbidden(f"This needs one of the roles {', '.join(declaration.roles)}")
        return actor

    def _read_query(self, request: Request) -> None:
        query = parsing.parse_query(request.environ)
        if self.declaration.many:
            asked = {name: query.pop(name) for name in paging.PARAMETERS if name in query}
            request.page_parameters = parsing.single_values(asked)
        if self._query is not None:
            request.query = parsing.load(self._query, parsing.single_values(query, self._query))
        elif query and not self.declaration.public:
            raise Invalid({name: ["Unknown field."] for name in query})

    def _read_body(self, request: Request) -> None:
        declaration, environ, raw = self.declaration, request.environ, b""
        if declaration.stream:
            parsing.check_length(environ, self._limit)
            request.stream = parsing.spool_body(environ, self._limit)
        elif declaration.method not in READING:
            parsing.check_length(environ, self._limit)
            raw = parsing.read_body(environ, self._limit)
        if self._body is not None:
            request.body = parsing.load(self._body, parsing.decode_json(environ, raw))
        key = environ.get("HTTP_IDEMPOTENCY_KEY")
        if key is not None and declaration.idempotent_by_key:
            idempotency.check_key(key)
            request.idempotency_key = key
            body = idempotency.digest_of(request.stream) if declaration.stream else raw
            request.fingerprint = idempotency.fingerprint(
                request.method, request.path, environ.get("QUERY_STRING", ""), body
            )

    def _work(self, request: Request, values: dict[str, Any]) -> Answer:
        """Hand over to a nameko worker and wait for it."""
        done = Event()

        def deliver(_context: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
            done.send(result, exc_info)
            return result, exc_info

        request.context = copy_context()
        self.container.spawn_worker(self, (request,), values, context_data={}, handle_result=deliver)
        given: Answer = done.wait()
        return given

    def _once(self, request: Request, session: Session, handler: Callable[[], Any]) -> Answer:
        actor, key = request.actor.subject, request.idempotency_key or ""
        stored = idempotency.take(session, actor=actor, key=key, fingerprint=request.fingerprint)
        if stored is not None:
            return answer.of_stored(stored)
        given = self._answer(request, session, handler())
        if isinstance(given.body, bytes):
            idempotency.store(
                session, actor=actor, key=key, answer=StoredAnswer(given.status, given.headers, given.body)
            )
        return given

    def _answer(self, request: Request, session: Session, result: Any) -> Answer:
        if not self.declaration.reads:
            session.flush()
        if isinstance(result, Response):
            return answer.of_response(result)
        headers: dict[str, str] = {}
        version = getattr(result, "version", None)
        if isinstance(version, int) and not self.declaration.many:
            headers["ETag"] = etag(version)
            if self.declaration.reads and request.knows(headers["ETag"]):
                return Answer(304, headers=headers)
        if result is None and self._show is None:
            return Answer(204 if self.declaration.status == 200 else self.declaration.status)
        return answer.of_data(self._dumped(result), status=self.declaration.status, headers=headers)

    def _dumped(self, result: Any) -> Any:
        show = self._show
        if not self.declaration.many:
            return show(result) if show else result
        page = result if isinstance(result, Page) else Page(list(result), None)
        return {"items": [show(item) for item in page.items] if show else page.items, "next": page.next}
