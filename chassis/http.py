"""Declares the routes of a service: ``@route("GET", "/things", roles=…, returns=…, many=True)``."""

import functools
import inspect
from collections.abc import Callable
from contextvars import copy_context
from typing import Any, TypeVar, cast

from marshmallow import Schema
from nameko.extensions import ENTRYPOINT_EXTENSIONS_ATTR, register_entrypoint

from chassis.answer import Answer
from chassis.declaration import READING, Declaration
from chassis.endpoint import Endpoint
from chassis.paging import Page
from chassis.request import Request

__all__ = ["Declaration", "Page", "Request", "declarations", "route"]

F = TypeVar("F", bound=Callable[..., Any])


def route(
    method: str,
    path: str,
    *,
    roles: tuple[str, ...] = (),
    body: type[Schema] | None = None,
    query: type[Schema] | None = None,
    returns: type[Schema] | None = None,
    many: bool = False,
    status: int = 200,
    public: bool = False,
    stream: bool = False,
    max_body: int | None = None,
    writes: bool | None = None,
) -> Callable[[F], F]:
    """Make a method of a service answer ``method path``; ``path`` is a werkzeug rule.

    One of ``roles`` must be held, or administrator, unless the route is ``public``. ``body``,
    ``query`` and ``returns`` are schemas; ``many`` returns pages. ``stream`` hands the raw body over as
    a file of at most ``max_body`` bytes. ``status`` is that of success. ``writes`` gives a GET that
    records something, say a click, the transaction that other methods have anyway.
    """
    if bool(roles) == public:
        raise ValueError(f"{method} {path} must either name roles or be public")
    declaration = Declaration(
        method=method,
        path=path,
        roles=roles,
        body=body,
        query=query,
        returns=returns,
        many=many,
        status=status,
        public=public,
        stream=stream,
        max_body=max_body,
        writes=method not in READING if writes is None else writes,
    )

    def declare(function: F) -> F:
        handler = function if hasattr(function, ENTRYPOINT_EXTENSIONS_ATTR) else _in_session(function)
        register_entrypoint(handler, Endpoint(declaration))
        return cast(F, handler)

    return declare


def declarations(service_cls: type) -> list[tuple[Declaration, Callable[..., Any]]]:
    """The routes of a service class with their handlers, sorted by path and method."""
    found = [
        (entrypoint.declaration, function)
        for _, function in inspect.getmembers(service_cls, inspect.isfunction)
        for entrypoint in getattr(function, ENTRYPOINT_EXTENSIONS_ATTR, ())
        if isinstance(entrypoint, Endpoint)
    ]
    return sorted(found, key=lambda pair: (pair[0].path, pair[0].method))


def _in_session(function: Callable[..., Any]) -> Callable[..., Any]:
    """What nameko's worker calls: the handler, wrapped in everything that belongs to its transaction."""

    @functools.wraps(function)
    def handle(service: Any, request: Request, **values: Any) -> Answer:
        bound = functools.partial(function, service, request, **values)
        context = request.context or copy_context()
        given: Answer = context.run(request.endpoint.perform, request, bound)
        return given

    return handle
