"""What is known about a route before it runs. Parsing and the OpenAPI document both read it."""

from dataclasses import dataclass

from marshmallow import Schema

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

    @property
    def reads(self) -> bool:
        return not self.writes

    @property
    def idempotent_by_key(self) -> bool:
        """Whether an Idempotency-Key counts: callers of public routes cannot be told apart."""
        return self.method == "POST" and not self.public
