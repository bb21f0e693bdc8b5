"""The OpenAPI 3.1 document of a service, from the same declarations that parse its requests."""

import inspect
import re
from collections.abc import Callable
from typing import Any

import msgspec
from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from marshmallow import fields
from werkzeug.wrappers import Response

from chassis import idempotency, paging, problems
from chassis.answer import JSON
from chassis.declaration import Declaration
from chassis.http import Request, declarations, route

VERSION = "1.0.0"
PROBLEM = {"$ref": "#/components/schemas/Problem"}
CONVERTERS: dict[str, dict[str, Any]] = {
    "uuid": {"type": "string", "format": "uuid"},
    "int": {"type": "integer", "minimum": 0},
    "float": {"type": "number", "minimum": 0},
}
TEXT = {"type": "string", "minLength": 1}

_RENDERED: dict[type, bytes] = {}
_VARIABLE = re.compile(r"<(?:(?P<converter>\w+)(?:\([^)]*\))?:)?(?P<name>\w+)>")

PROBLEM_SCHEMA = {
    "type": "object",
    "description": "A problem document (RFC 9457)",
    "required": ["type", "title", "status", "detail", "instance"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string", "format": "uri-reference"},
        "errors": {
            "type": "array",
            "description": "Reasons by field; nested names are joined with dots",
            "items": {
                "type": "object",
                "required": ["field", "reason"],
                "properties": {"field": {"type": "string"}, "reason": {"type": "string"}},
            },
        },
    },
}


class OpenApi:
    """Every service has this."""

    @route("GET", "/openapi.json", public=True)
    def show_openapi(self, _request: Request) -> Response:
        """This document."""
        if type(self) not in _RENDERED:
            _RENDERED[type(self)] = msgspec.json.encode(document(type(self)))
        return Response(_RENDERED[type(self)], content_type=JSON)


def document(service_cls: type) -> dict[str, Any]:
    """The OpenAPI document of a service class; it need not run for that."""
    plugin = MarshmallowPlugin()
    name = str(getattr(service_cls, "name", service_cls.__name__))
    spec = APISpec(
        title=f"Fanfare {name}",
        version=VERSION,
        openapi_version="3.1.0",
        plugins=[plugin],
        info={"description": inspect.getdoc(service_cls) or ""},
    )
    converter: Any = plugin.converter
    converter.add_attribute_function(_decimal_as_string)
    spec.components.security_scheme("bearer", {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"})
    spec.components.schema("Problem", PROBLEM_SCHEMA)
    for declaration, function in declarations(service_cls):
        path = _VARIABLE.sub(r"{\g<name>}", declaration.path)
        spec.path(path, operations={declaration.method.lower(): _operation(declaration, function)})
    described: dict[str, Any] = spec.to_dict()
    return described


def _operation(declaration: Declaration, function: Callable[..., Any]) -> dict[str, Any]:
    place, query = _path_parameters(declaration), _query_parameters(declaration)
    summary, _, description = (inspect.getdoc(function) or function.__name__).partition("\n")
    operation: dict[str, Any] = {
        "operationId": function.__name__,
        "summary": summary,
        "tags": [function.__module__.split(".")[-2]],
        "security": [] if declaration.public else [{"bearer": []}],
        "parameters": [*place, *query, *_headers(declaration)],
        "responses": _responses(declaration),
    }
    if description.strip():
        operation["description"] = description.strip()
    if not declaration.public:
        operation["x-roles"] = list(declaration.roles)
    if declaration.body is not None:
        needed = any(field.required for field in declaration.body().fields.values())
        operation["requestBody"] = {"required": needed, "content": {JSON: {"schema": declaration.body}}}
    elif declaration.stream:
        operation["requestBody"] = {"required": True, "content": {"*/*": {}}}
    return operation


def _path_parameters(declaration: Declaration) -> list[dict[str, Any]]:
    return [
        _parameter("path", match["name"], schema=CONVERTERS.get(match["converter"], TEXT), required=True)
        for match in _VARIABLE.finditer(declaration.path)
    ]


def _query_parameters(declaration: Declaration) -> list[dict[str, Any]]:
    parameters: list[dict[str, Any]] = []
    if declaration.query is not None:
        parameters.append({"in": "query", "schema": declaration.query})
    if declaration.many:
        limits = {"minimum": 1, "maximum": paging.LARGEST_LIMIT, "default": paging.DEFAULT_LIMIT}
        parameters.append(_parameter("query", "limit", schema={"type": "integer", **limits}))
        parameters.append(_parameter("query", "cursor", schema={"type": "string"}))
    return parameters


def _headers(declaration: Declaration) -> list[dict[str, Any]]:
    text = {"type": "string"}
    if declaration.public:
        return []
    if declaration.reads:
        one = declaration.returns is not None and not declaration.many
        return [_parameter("header", "If-None-Match", schema=text)] if one else []
    parameters = []
    if _VARIABLE.search(declaration.path):
        about = "ETag of the version that the change builds on; where needed and missing, 428 is answered"
        parameters.append({**_parameter("header", "If-Match", schema=text), "description": about})
    if declaration.idempotent_by_key:
        key = {**text, "minLength": 1, "maxLength": idempotency.LONGEST_KEY, "pattern": "^[ -~]+$"}
        about = "The same request sent again with the same key within 24 hours acts once"
        parameters.append({**_parameter("header", idempotency.HEADER, schema=key), "description": about})
    return parameters


def _responses(declaration: Declaration) -> dict[str, Any]:
    problem = {"description": "A problem", "content": {problems.CONTENT_TYPE: {"schema": PROBLEM}}}
    responses: dict[str, Any] = {**_success(declaration), "default": problem}
    codes = {"400", "429", "503"} if declaration.public else {"400", "401", "403", "422", "503"}
    if _VARIABLE.search(declaration.path):
        codes.add("404")
    if declaration.writes:
        codes |= {"409", "413"} | ({"412", "428"} if declaration.method in ("PUT", "PATCH") else set())
    if declaration.body is not None:
        codes |= {"415", "422"}
    return {**{code: problem for code in sorted(codes)}, **responses}


def _success(declaration: Declaration) -> dict[str, Any]:
    if declaration.returns is None:
        return {"2XX": {"description": "Done"}, "3XX": {"description": "Look there"}}
    schema: Any = declaration.returns
    answer: dict[str, Any] = {"description": "Done"}
    if declaration.many:
        items = {"type": "array", "items": declaration.returns}
        properties = {"items": items, "next": {"type": ["string", "null"], "description": "The next cursor"}}
        schema = {"type": "object", "required": ["items", "next"], "properties": properties}
    else:
        answer["headers"] = {"ETag": {"schema": {"type": "string"}}}
    answer["content"] = {JSON: {"schema": schema}}
    success = {str(declaration.status): answer}
    if declaration.reads and not declaration.many:
        success["304"] = {"description": "You have it already"}
    return success


def _parameter(place: str, name: str, *, schema: dict[str, Any], required: bool = False) -> dict[str, Any]:
    return {"in": place, "name": name, "required": required, "schema": schema}


def _decimal_as_string(_converter: Any, field: fields.Field[Any], **_options: Any) -> dict[str, Any]:
    if isinstance(field, fields.Decimal) and field.as_string:
        return {"type": ["string", "null"] if field.allow_none else "string", "format": "decimal"}
    return {}
