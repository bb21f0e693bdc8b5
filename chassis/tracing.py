"""W3C trace context, carried by every request and event, with or without the OpenTelemetry SDK.

Without the SDK nothing is recorded, but ids are made and passed on, so that logs of several
services can be joined by their trace id. With an OTLP endpoint and the SDK, spans are exported.
"""

import random
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.context import attach, detach
from opentelemetry.trace import NonRecordingSpan, Span, SpanContext, SpanKind, TraceFlags
from opentelemetry.trace.propagation import set_span_in_context

from chassis.config import ConfigError

HEADER = "traceparent"
KNOWN_FLAGS = 0b11
"""Sampled, and random trace id: the flags that the W3C recommendation gives a meaning."""

_FORMAT = re.compile(r"([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?")
_TRACER = trace.get_tracer("fanfare")

_RECORDING = threading.Event()


def configure(service: str, endpoint: str | None) -> None:
    """Export spans of ``service`` to the OTLP/HTTP ``endpoint``; without one, record nothing.

    The first endpoint given in a process counts. Raises ConfigError where the SDK is not installed.
    """
    if endpoint is None or _RECORDING.is_set():
        return
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError:
        raise ConfigError(
            "FANFARE_OTLP_ENDPOINT is set, but the otlp extra (pip install 'fanfare[otlp]') is missing."
        ) from None
    provider = TracerProvider(resource=Resource.create({"service.name": service}))
    exporter = OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces")
    provider.add_span_processor(BatchSpanProcessor(exporter))
    trace.set_tracer_provider(provider)
    _RECORDING.set()


@contextmanager
def start(headers: Mapping[str, object], name: str, *, kind: SpanKind = SpanKind.INTERNAL) -> Iterator[Span]:
    """A span that continues the trace in ``headers``, or begins a new one where there is none.

    An invalid ``traceparent`` counts as none, as the W3C recommendation asks.
    """
    parent = _parse(headers.get(HEADER))
    if _RECORDING.is_set():
        context = set_span_in_context(NonRecordingSpan(parent) if parent else trace.INVALID_SPAN)
        with _TRACER.start_as_current_span(name, context=context, kind=kind) as recorded:
            yield recorded
        return
    if parent:
        span = NonRecordingSpan(SpanContext(parent.trace_id, _new_id(64), False, parent.trace_flags))
    else:
        span = NonRecordingSpan(SpanContext(_new_id(128), _new_id(64), False))
    token = attach(set_span_in_context(span))
    try:
        yield span
    finally:
        detach(token)


def current() -> str | None:
    """The ``traceparent`` of what runs now, or None outside of any trace."""
    context = trace.get_current_span().get_span_context()
    if not context.is_valid:
        return None
    return f"00-{context.trace_id:032x}-{context.span_id:016x}-{context.trace_flags:02x}"


def trace_id() -> str | None:
    """The id of the current trace as 32 hexadecimal digits, or None."""
    context = trace.get_current_span().get_span_context()
    return f"{context.trace_id:032x}" if context.is_valid else None


def span_id() -> str | None:
    """The id of the current span as 16 hexadecimal digits, or None."""
    context = trace.get_current_span().get_span_context()
    return f"{context.span_id:016x}" if context.is_valid else None


def _new_id(bits: int) -> int:
    # Zero means "no id" in W3C trace context.
    return random.getrandbits(bits) or 1


def _parse(header: object) -> SpanContext | None:
    match = _FORMAT.fullmatch(header) if isinstance(header, str) else None
    if match is None:
        return None
    version, trace_hex, span_hex, flags, rest = match.groups()
    if version == "ff" or (version == "00" and rest):
        return None
    context = SpanContext(
        int(trace_hex, 16), int(span_hex, 16), True, TraceFlags(int(flags, 16) & KNOWN_FLAGS)
    )
    return context if context.is_valid else None
