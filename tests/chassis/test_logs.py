"""What a line of the log holds, and what it never shows."""

import json
import logging
from collections.abc import Iterator

import pytest

from chassis import logs, tracing


@pytest.fixture(autouse=True)
def quiet_root() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    root.handlers = handlers
    root.setLevel(level)


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_line_is_one_json_object_that_names_event_service_and_values(
    capsys: pytest.CaptureFixture[str],
) -> None:
    logs.configure("parcel")
    logs.get_logger("parcel.sorting").info("sorting_finished", rows=10)
    [line] = lines(capsys)
    assert line["event"] == "sorting_finished"
    assert (line["service"], line["logger"], line["level"]) == ("parcel", "parcel.sorting", "info")
    assert line["rows"] == 10
    assert str(line["timestamp"]).endswith("Z")


def test_a_line_names_the_trace_and_span_it_belongs_to(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("parcel")
    with tracing.start({}, "sorting"):
        logs.get_logger("x").info("inside")
        expected = (tracing.trace_id(), tracing.span_id())
    logs.get_logger("x").info("outside")
    inside, outside = lines(capsys)
    assert (inside["trace_id"], inside["span_id"]) == expected
    assert "trace_id" not in outside


def test_lines_of_other_packages_take_the_same_way(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("parcel")
    logging.getLogger("other").warning("%s parcels lost", 3, extra={"depot": "east"})
    [line] = lines(capsys)
    assert (line["event"], line["service"], line["depot"]) == ("3 parcels lost", "parcel", "east")


def test_lines_below_the_level_are_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("parcel", "warning")
    logs.get_logger("x").info("chatter")
    logging.getLogger("other").info("chatter")
    logs.get_logger("x").warning("heard")
    assert [line["event"] for line in lines(capsys)] == ["heard"]


def test_an_exception_is_logged_with_its_traceback_on_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("parcel")
    try:
        raise LookupError("no such depot")
    except LookupError:
        logs.get_logger("x").exception("sorting_failed")
    [line] = lines(capsys)
    assert "LookupError: no such depot" in str(line["exception"])


def test_secrets_are_blotted_out_wherever_they_stand(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("parcel")
    log = logs.get_logger("x")
    log.info("connecting", url="amqp://parcel:hunter2@broker/", password="hunter2", link_key="hunter2")
    log.info("asked", headers={"Authorization": "Bearer hunter2"}, urls=["smtp://u:hunter2@mail"])
    logging.getLogger("other").error("cannot reach postgresql://parcel:hunter2@db/parcel with Bearer hunter2")
    try:
        raise ConnectionError("amqp://parcel:hunter2@broker/ refused")
    except ConnectionError:
        log.exception("failed")
    output = capsys.readouterr().out
    assert "hunter2" not in output
    assert "amqp://parcel:***@broker/" in output
    assert len(output.splitlines()) == 4
