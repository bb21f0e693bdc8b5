"""Messages keep to CloudEvents 1.0 in binary mode, and whatever does not is refused with its reason."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from cloudevents.core.v1.event import CloudEvent

from chassis.envelope import Message, decode, headers_of, read
from chassis.errors import OffSchema
from chassis.ids import new_id
from chassis.outbox import Outgoing
from contracts.lead import LeadAssigned
from tests.chassis.toys import TYPE, arrived, body, headers

DEAL = new_id()


def outgoing(**changes: Any) -> Outgoing:
    values: dict[str, Any] = {
        "id": 1,
        "event_id": str(new_id()),
        "type": TYPE,
        "subject": f"lead/{DEAL}",
        "sequence": 7,
        "time": datetime(2026, 11, 21, 12, 0, tzinfo=UTC).isoformat(),
        "traceparent": "00-" + "1" * 32 + "-" + "2" * 16 + "-01",
        "data": body(DEAL, "ada").decode(),
    }
    return Outgoing(**values | changes)


def test_an_event_that_leaves_reads_the_same_when_it_arrives() -> None:
    sent = outgoing()
    message = read(headers_of(sent, "/lead"), sent.data.encode())
    assert (message.id, message.type, message.source) == (sent.event_id, TYPE, "/lead")
    assert (message.subject, message.sequence, message.time.isoformat()) == (sent.subject, 7, sent.time)
    assert message.traceparent == sent.traceparent
    event = decode(message)
    assert isinstance(event, LeadAssigned) and event.assignee == "ada"


def test_the_headers_make_a_cloud_event() -> None:
    sent = headers_of(outgoing(), "/lead")
    attributes: dict[str, Any] = {
        name[3:]: value for name, value in sent.items() if name.startswith("ce-")
    } | {"time": datetime.fromisoformat(sent["ce-time"])}
    assert CloudEvent(attributes, json.loads(outgoing().data)).get_type() == TYPE


def test_an_event_outside_of_any_trace_has_no_traceparent() -> None:
    assert "traceparent" not in headers_of(outgoing(traceparent=None), "/lead")


@pytest.mark.parametrize("name", ["id", "type", "source", "time"])
def test_a_missing_header_is_named(name: str) -> None:
    missing: dict[str, Any] = {name: None}
    with pytest.raises(OffSchema, match=f"ce-{name}"):
        arrived(DEAL, 1, **missing)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("id", 5),
        ("id", ""),
        ("type", ["a"]),
        ("type", {"a": 1}),
        ("source", b"\xff"),
        ("subject", "x" * 256),
        ("subject", "zero\0byte"),
        ("subject", "half \ud800"),
        ("sequence", "seven"),
        ("sequence", "0"),
        ("sequence", "-1"),
        ("sequence", str(2**63)),
        ("sequence", ["1"]),
        ("time", "yesterday"),
        ("time", "2026-11-21T12:00:00"),
        ("time", 5),
    ],
)
def test_a_header_that_makes_no_sense_is_refused(name: str, value: object) -> None:
    with pytest.raises(OffSchema, match="ce-|header"):
        read(headers(DEAL, 1) | {f"ce-{name}": value}, b"")


def test_no_headers_at_all_is_refused() -> None:
    with pytest.raises(OffSchema, match="missing"):
        read({}, b"")


def test_without_a_subject_the_event_is_about_itself() -> None:
    assert arrived(DEAL, 1, subject=None).subject == f"{DEAL}-1"


def test_events_of_one_subject_share_a_stream_and_those_without_a_number_have_their_own() -> None:
    assert arrived(DEAL, 1).stream == arrived(DEAL, 2).stream
    unnumbered = [arrived(DEAL, None, id=name) for name in ("a", "b")]
    assert unnumbered[0].stream != unnumbered[1].stream
    assert [one.position for one in unnumbered] == [1, 1]


def test_the_same_subject_from_another_source_is_another_stream() -> None:
    assert arrived(DEAL, 1).stream != arrived(DEAL, 1, source="/other").stream


def off_schema(text: bytes, **changes: Any) -> str:
    message: Message = read(headers(DEAL, 1, **changes), text)
    with pytest.raises(OffSchema) as raised:
        decode(message)
    return str(raised.value)


def test_a_field_off_its_schema_is_named() -> None:
    changed = json.loads(body(DEAL, "ada")) | {"assignee": 5}
    assert "$.assignee" in off_schema(json.dumps(changed).encode())


def test_a_missing_field_is_named() -> None:
    without = {name: value for name, value in json.loads(body(DEAL, "ada")).items() if name != "why"}
    assert "why" in off_schema(json.dumps(without).encode())


@pytest.mark.parametrize("text", [b"", b"{", b"\xff\xfe", b"null", b"[]"])
def test_what_is_not_the_json_of_an_event_is_refused(text: bytes) -> None:
    assert TYPE in off_schema(text)


def test_a_type_that_no_contract_declares_is_named() -> None:
    assert "lead.vanished.v9" in off_schema(body(DEAL, "ada"), type="lead.vanished.v9")


def test_a_field_that_we_do_not_know_yet_is_ignored() -> None:
    changed = json.loads(body(DEAL, "ada")) | {"mood": "good"}
    event = decode(read(headers(DEAL, 1), json.dumps(changed).encode()))
    assert isinstance(event, LeadAssigned) and event.assignee == "ada"
