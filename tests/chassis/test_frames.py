"""The bytes that are made in one go are those that py-amqp would have sent."""

import threading
from typing import Any

import amqp
import pytest
from amqp import spec
from amqp.method_framing import frame_writer
from amqp.serialization import dumps

from chassis import frames

FRAME_MAX = 4096
HEADERS = {"ce-id": "1", "ce-type": "lead.assigned.v1", "ce-subject": "lead/ä"}


class Recorder:
    """Stands for the connection and the transport that py-amqp's own writer needs."""

    def __init__(self) -> None:
        self.frame_max, self.bytes_sent, self.written = FRAME_MAX, 0, b""
        self.lock = threading.Lock()

    def write(self, frame: Any) -> None:
        self.written += bytes(frame)


def as_py_amqp_writes(body: bytes) -> bytes:
    recorder = Recorder()
    message = amqp.Message(
        body,
        content_type="application/json",
        content_encoding="utf-8",
        delivery_mode=2,
        message_id="1",
        application_headers=HEADERS,
    )
    arguments = dumps("Bssbb", (0, "lead.events", "lead.assigned.v1", True, False))
    frame_writer(recorder, recorder)(1, 7, spec.Basic.Publish, arguments, message)
    return recorder.written


@pytest.mark.parametrize("size", [0, 1, 1000, FRAME_MAX - 8, FRAME_MAX - 7, 3 * FRAME_MAX])
def test_a_publish_of_any_size_is_the_same_to_the_byte(size: int) -> None:
    body = b"x" * size
    ours = frames.publish(
        channel=7,
        frame_max=FRAME_MAX,
        exchange="lead.events",
        routing_key="lead.assigned.v1",
        content_type="application/json",
        message_id="1",
        headers=HEADERS,
        body=body,
    )
    assert ours == as_py_amqp_writes(body)
