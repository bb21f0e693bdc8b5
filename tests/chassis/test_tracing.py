"""One trace runs through requests and events, with and without the OpenTelemetry SDK."""

import json
import re
import subprocess
import sys

import eventlet
import pytest

from chassis import tracing

WITH_THE_SDK = """
from chassis import green
green.patch()
import http.server, json, threading
posted = []
class Collector(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        posted.append([self.path, b"sorting" in self.rfile.read(int(self.headers["Content-Length"]))])
        self.send_response(200)
        self.end_headers()
    def log_message(self, *args):
        pass
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Collector)
threading.Thread(target=server.serve_forever, daemon=True).start()
from opentelemetry import trace
from chassis import tracing
tracing.configure("parcel", f"http://127.0.0.1:{server.server_port}")
with tracing.start({"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}, "sorting"):
    continued = tracing.current()
with tracing.start({}, "sorting"):
    begun = tracing.current()
trace.get_tracer_provider().force_flush()
print(json.dumps({"continued": continued, "begun": begun, "posted": posted}))
"""

GIVEN = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def test_a_given_trace_is_continued_under_a_new_span() -> None:
    with tracing.start({"traceparent": GIVEN}, "step"):
        version, trace, span, flags = (tracing.current() or "").split("-")
    assert (version, trace, flags) == ("00", "0af7651916cd43dd8448eb211c80319c", "01")
    assert span != "b7ad6b7169203331"


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "rubbish",
        b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
        "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
        "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
    ],
)
def test_without_a_valid_header_a_new_valid_trace_begins(header: object) -> None:
    with tracing.start({"traceparent": header}, "step"):
        current = tracing.current() or ""
    assert re.fullmatch(r"00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]", current)
    assert "0af7651916cd43dd8448eb211c80319c" not in current
    assert "0" * 16 not in current


def test_a_later_version_of_the_header_is_understood() -> None:
    with tracing.start({"traceparent": f"cc{GIVEN[2:]}-what-the-future-brings"}, "step"):
        assert tracing.trace_id() == "0af7651916cd43dd8448eb211c80319c"


def test_outside_of_a_trace_there_is_no_current_one() -> None:
    with tracing.start({}, "step"):
        pass
    assert (tracing.current(), tracing.trace_id(), tracing.span_id()) == (None, None, None)


def test_an_inner_span_gives_way_to_the_outer_one_even_on_an_error() -> None:
    with tracing.start({}, "outer"):
        outer = tracing.current()
        with pytest.raises(LookupError), tracing.start({"traceparent": GIVEN}, "inner"):
            raise LookupError
        assert tracing.current() == outer


def test_greenlets_do_not_see_each_other_s_traces() -> None:
    def work(number: int) -> bool:
        header = f"00-{number:032x}-b7ad6b7169203331-01"
        with tracing.start({"traceparent": header}, "step"):
            for _ in range(5):
                eventlet.sleep(0)
                if tracing.trace_id() != f"{number:032x}":
                    return False
        return tracing.current() is None

    threads = [eventlet.spawn(work, number) for number in range(1, 20)]
    assert all(thread.wait() for thread in threads)


def test_with_the_sdk_spans_are_exported_and_traces_continue() -> None:
    result = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", WITH_THE_SDK],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    seen = json.loads(result.stdout)
    assert seen["continued"].startswith("00-0af7651916cd43dd8448eb211c80319c-")
    assert re.fullmatch(r"00-[0-9a-f]{32}-[0-9a-f]{16}-0[0-3]", seen["begun"])
    assert seen["posted"] and seen["posted"][0] == ["/v1/traces", True]
