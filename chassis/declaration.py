"""What is known about a route before it runs. Parsing and the OpenAPI document both read it."""

from dataclasses import dataclass
from functools import cached_property

from marshmallow import EXCLUDE, Schema

from chassis.showing import Show, shower

READING = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, kw_only=True)
class Declaration:
    """One route: ``path`` is a werkzeug rule, ``status`` that of success, ``max_body`` in bytes."""

    method: str
    path: str
    roles: tuple[str, ...]
    body: type[Schema] | None
    query: type[Schema] | None
    returns: type[Schema] | None
    many: bool
    status: int
    public: bool
    stream: bool
    max_body: int | None
    writes: bool

    @cached_property
    def body_schema(self) -> Schema | None:
        """What reads the body; made once, however many containers serve the route."""
        return self.body() if self.body else None

    @cached_property
    def query_schema(self) -> Schema | None:
        """What reads the query. Mail programs add parameters of their own to public links: let pass."""
        if self.query is None:
            return None
        return self.query(unknown=EXCLUDE) if self.public else self.query()

    @cached_property
    def show(self) -> Show | None:
        """What shows one object that the route returns."""
        return shower(self.returns()) if self.returns else None

    @property
    def reads(self) -> bool:
        return not self.writes

    @property
    def idempotent_by_key(self) -> bool:
        """Whether an Idempotency-Key counts: callers of public routes cannot be told apart."""
        return self.method == "POST" and not self.public
