"""Reads what a client sent, within limits, and checks it against the schema of the route."""

import tempfile
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO, cast
from urllib.parse import parse_qsl

import msgspec
from eventlet.wsgi import ChunkReadError
from marshmallow import Schema, ValidationError, fields

from chassis.errors import Invalid, Malformed, TooLarge, UnsupportedMedia

IN_MEMORY = 1 << 20
PIECE = 1 << 16
MOST_PARAMETERS = 100

Environ = Mapping[str, Any]

_decoder = msgspec.json.Decoder()


def check_length(environ: Environ, limit: int) -> None:
    """Raises TooLarge for an announced body beyond ``limit`` bytes, before any of it is read."""
    if int(environ.get("CONTENT_LENGTH") or 0) > limit:
        raise TooLarge(f"The body is larger than {limit} bytes")


def read_body(environ: Environ, limit: int) -> bytes:
    """The whole body. Raises TooLarge beyond ``limit`` bytes, Malformed when it breaks off."""
    return b"".join(_pieces(environ, limit))


def spool_body(environ: Environ, limit: int) -> BinaryIO:
    """The body as a file at its start: in memory while small, on disk when large."""
    file = cast(BinaryIO, tempfile.SpooledTemporaryFile(max_size=IN_MEMORY))  # noqa: SIM115
    for piece in _pieces(environ, limit):
        file.write(piece)
    file.seek(0)
    return file


def decode_json(environ: Environ, raw: bytes) -> Any:
    """The JSON value of a body; nothing at all counts as an empty object.

    Raises UnsupportedMedia for another content type and Malformed for what is not JSON in UTF-8.
    """
    if not raw:
        return {}
    media, _, rest = environ.get("CONTENT_TYPE", "").partition(";")
    media = media.strip().lower()
    if media != "application/json" and not (media.startswith("application/") and media.endswith("+json")):
        raise UnsupportedMedia("Send application/json")
    if "charset" in rest and "utf-8" not in rest.lower():
        raise UnsupportedMedia("Send JSON in UTF-8")
    try:
        value = _decoder.decode(raw)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise Malformed(f"The body is not JSON: {error}") from error
    if b"\\u0000" in raw:
        _refuse_nul(value, "")
    return value


def load(schema: Schema, data: Any) -> dict[str, Any]:
    """What ``schema`` makes of the data. Raises Invalid with the reasons by field."""
    try:
        loaded: dict[str, Any] = schema.load(data)
    except ValidationError as error:
        messages = error.messages
        raise Invalid(messages if isinstance(messages, dict) else {"": messages}) from error
    return loaded


def parse_query(environ: Environ) -> dict[str, list[str]]:
    """The values of each query parameter. Raises Malformed for a query that cannot be read."""
    text = environ.get("QUERY_STRING")
    if not text:
        return {}
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_PARAMETERS)
    except ValueError as error:
        raise Malformed(f"At most {MOST_PARAMETERS} query parameters are read") from error
    query: dict[str, list[str]] = {}
    for name, value in pairs:
        if "\0" in value:
            raise Invalid({name: ["Must not contain NUL"]})
        query.setdefault(name, []).append(value)
    return query


def single_values(query: Mapping[str, list[str]], schema: Schema | None = None) -> dict[str, Any]:
    """Lists stay lists where the schema has one. Raises Invalid for another parameter that is repeated."""
    lists = {
        field.data_key or name
        for name, field in (schema.fields.items() if schema else ())
        if isinstance(field, fields.List)
    }
    repeated = {
        name: ["Given more than once"] for name in query if len(query[name]) > 1 and name not in lists
    }
    if repeated:
        raise Invalid(repeated)
    return {name: values if name in lists else values[0] for name, values in query.items()}


def _pieces(environ: Environ, limit: int) -> Iterator[bytes]:
    source = environ["wsgi.input"]
    expected = None if source.chunked_input else source.content_length or 0
    arrived = 0
    try:
        while arrived != expected and (piece := source.read(PIECE)):
            arrived += len(piece)
            if arrived > limit:
                raise TooLarge(f"The body is larger than {limit} bytes")
            yield piece
    except (ChunkReadError, OSError) as error:
        raise Malformed("The body broke off") from error
    if expected is not None and arrived < expected:
        raise Malformed("The body is shorter than announced")


def _refuse_nul(value: Any, path: str) -> None:
    """PostgreSQL cannot keep a NUL in a text, so it is refused by name before anything is done."""
    if isinstance(value, str) and "\0" in value:
        raise Invalid({path: ["Must not contain NUL"]})
    if isinstance(value, dict):
        for key, inner in value.items():
            _refuse_nul(key, path)
            _refuse_nul(inner, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            _refuse_nul(inner, f"{path}.{index}" if path else str(index))
