"""Structured logs: one JSON object a line on stdout, or readable lines on a terminal.

Every line names the service and the trace it belongs to. The standard library's logging takes
the same way, so that lines of other packages look the same. Secrets are blotted out on the way.
"""

import logging
import re
import sys
from typing import cast

import structlog
from structlog.types import EventDict, Processor, WrappedLogger

from chassis import tracing

BLOT = "***"

_SECRET_KEY = re.compile(
    r"password|passwd|secret|token|authorization|cookie|api_?key|private_?key|link_?key", re.I
)
_SECRET_IN_TEXT = re.compile(r"(?<=://)([^/\s:@]*):[^/\s@]+(?=@)|(?<=\bBearer )[\w.~+/=-]+", re.IGNORECASE)


def configure(service: str, level: str = "info") -> None:
    """Send all logs from ``level`` upwards to stdout under the name of ``service``. May be called again."""
    processors: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _origin(service),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *processors,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*processors, structlog.stdlib.ExtraAdder()],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_rendering()],
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    logging.captureWarnings(True)


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    """A logger whose calls take an event name and named values: ``log.info("import_finished", rows=10)``."""
    return cast(structlog.stdlib.BoundLogger, structlog.get_logger(name))


def _rendering() -> list[Processor]:
    if sys.stdout.isatty():
        return [_blot_secrets, structlog.dev.ConsoleRenderer()]
    return [structlog.processors.format_exc_info, _blot_secrets, structlog.processors.JSONRenderer()]


def _origin(service: str) -> Processor:
    def add(logger: WrappedLogger, method: str, event_dict: EventDict) -> EventDict:
        event_dict.setdefault("service", service)
        if (trace_id := tracing.trace_id()) is not None:
            event_dict.setdefault("trace_id", trace_id)
            event_dict.setdefault("span_id", tracing.span_id())
        return event_dict

    return add


def _blot_secrets(logger: WrappedLogger, method: str, event_dict: EventDict) -> EventDict:
    return {key: _blotted(key, value) for key, value in event_dict.items()}


def _blotted(key: object, value: object) -> object:
    if isinstance(key, str) and _SECRET_KEY.search(key):
        return BLOT
    if isinstance(value, str):
        return _SECRET_IN_TEXT.sub(
            lambda match: f"{match[1]}:{BLOT}" if match[1] is not None else BLOT, value
        )
    if isinstance(value, dict):
        return {inner: _blotted(inner, item) for inner, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_blotted(key, item) for item in value]
    return value


def _blotted_match(match: re.Match[str]) -> str:
    user = match[1]
    return BLOT if user is None else f"{user}:{BLOT}"
