"""The bytes of an AMQP 0-9-1 basic.publish, made in one go.

py-amqp builds each frame and each header from general parts, which costs more than everything else
that a relay does. A relay publishes the same few kinds of message over and over, so most of the
bytes are known before. The layout is that of the AMQP 0-9-1 specification, sections 4.2.3 to 4.2.6.
"""

from collections.abc import Mapping
from functools import lru_cache
from struct import pack

_METHOD, _HEADER, _BODY = 1, 2, 3
_END = b"\xce"
_BASIC, _PUBLISH = 60, 40
_MANDATORY = 1
_PERSISTENT = 2
_CONTENT_TYPE, _CONTENT_ENCODING, _HEADERS, _DELIVERY_MODE, _MESSAGE_ID = 0x8000, 0x4000, 0x2000, 0x1000, 0x80
_FLAGS = _CONTENT_TYPE | _CONTENT_ENCODING | _HEADERS | _DELIVERY_MODE | _MESSAGE_ID
_FRAME_OVERHEAD = 8


def publish(
    *,
    channel: int,
    frame_max: int,
    exchange: str,
    routing_key: str,
    content_type: str,
    message_id: str,
    headers: Mapping[str, str],
    body: bytes,
) -> bytes:
    """The frames of one persistent, mandatory message whose headers are all strings."""
    table = b"".join(_name(name) + _long(value) for name, value in headers.items())
    properties = b"".join(
        (
            _fixed(content_type),
            pack(">I", len(table)),
            table,
            bytes((_PERSISTENT,)),
            _short(message_id),
        )
    )
    head = pack(">HHQH", _BASIC, 0, len(body), _FLAGS) + properties
    parts = [_method(channel, exchange, routing_key), _frame(_HEADER, channel, head)]
    piece = frame_max - _FRAME_OVERHEAD
    parts += [_frame(_BODY, channel, body[at : at + piece]) for at in range(0, len(body), piece)]
    return b"".join(parts)


def _frame(kind: int, channel: int, payload: bytes) -> bytes:
    return pack(">BHI", kind, channel, len(payload)) + payload + _END


def _long(text: str) -> bytes:
    raw = text.encode()
    return pack(">I", len(raw)) + raw


def _short(text: str) -> bytes:
    raw = text.encode()
    return bytes((len(raw),)) + raw


@lru_cache(maxsize=1024)
def _method(channel: int, exchange: str, routing_key: str) -> bytes:
    arguments = (
        pack(">HHH", _BASIC, _PUBLISH, 0) + _short(exchange) + _short(routing_key) + bytes((_MANDATORY,))
    )
    return _frame(_METHOD, channel, arguments)


@lru_cache(maxsize=256)
def _name(name: str) -> bytes:
    return _short(name) + b"S"


@lru_cache(maxsize=16)
def _fixed(content_type: str) -> bytes:
    return _short(content_type) + _short("utf-8")
