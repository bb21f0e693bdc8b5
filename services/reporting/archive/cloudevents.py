"""Archived events as a batch in the JSON format of CloudEvents 1.0, and where the feed goes on."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import msgspec
from werkzeug.wrappers import Response

from services.reporting.archive.model import ArchivedEvent

CONTENT_TYPE = "application/cloudevents-batch+json"

_encoder = msgspec.json.Encoder()


def batch(events: Sequence[ArchivedEvent], *, path: str, query: Mapping[str, Any], after: int) -> Response:
    """The answer with ``events``; its Link header leads to what comes after position ``after``."""
    query = {name: _shown(value) for name, value in query.items() if value not in (None, [], False)}
    response = Response(encode(events), content_type=CONTENT_TYPE)
    response.headers["Link"] = f'<{path}?{urlencode({**query, "after": after}, doseq=True)}>; rel="next"'
    return response


def encode(events: Sequence[ArchivedEvent]) -> bytes:
    """The batch as JSON."""
    return _encoder.encode([_cloud_event(event) for event in events])


def _shown(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _cloud_event(event: ArchivedEvent) -> dict[str, Any]:
    """``sequence`` and ``position`` are strings, since CloudEvents integers end at 32 bits."""
    attributes: dict[str, Any] = {
        "specversion": "1.0",
        "id": event.event_id,
        "source": event.source,
        "type": event.type,
        "subject": event.subject,
        "time": event.time,
        "datacontenttype": "application/json",
        "sequence": str(event.sequence),
        "position": str(event.position),
        "data": msgspec.Raw(event.data.encode()),
    }
    if event.traceparent:
        attributes["traceparent"] = event.traceparent
    return attributes
