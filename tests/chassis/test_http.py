"""Requests to a real service over a real socket."""

import http.client
import json
import socket
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import eventlet
import pytest
from eventlet.event import Event

from chassis import endpoint, metrics
from tests.chassis.shop import CLERK, READER, STRANGER, UPLOAD_BYTES, RunningShop, Shop
from tests.harness.people import person, token_of


def test_what_is_posted_can_be_read_back(shop: RunningShop) -> None:
    made = shop.pack("books", weight="2.5000")
    read = shop.call("GET", f"/parcels/{made.json()['id']}")
    assert made.status_code == 201
    assert read.json() == made.json() == {**made.json(), "label": "books", "weight": "2.5000"}


def test_every_wrong_field_is_named_with_its_path(sqlite_shop: RunningShop) -> None:
    answer = sqlite_shop.pack("", colour="red", lines=[{"item": "pen", "count": 0}])
    assert answer.status_code == 422
    assert answer.headers["Content-Type"] == "application/problem+json"
    fields = {error["field"] for error in answer.json()["errors"]}
    assert fields == {"label", "colour", "lines.0.count"}
    assert answer.json()["type"] == "/problems/invalid"
    assert answer.json()["instance"] == "/parcels"


def test_an_unknown_query_parameter_is_refused_by_name(sqlite_shop: RunningShop) -> None:
    answer = sqlite_shop.call("GET", "/parcels?colour=red")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "colour")


def test_a_parameter_given_twice_is_refused_unless_it_is_a_list(sqlite_shop: RunningShop) -> None:
    sqlite_shop.pack("a")
    sqlite_shop.pack("b")
    sqlite_shop.pack("c")
    both = sqlite_shop.call("GET", "/parcels?label=a&label=b")
    assert [item["label"] for item in both.json()["items"]] == ["b", "a"]
    assert sqlite_shop.call("GET", "/parcels?department=a&department=b").status_code == 422


@pytest.mark.parametrize("body", ["{", '"\\ud800"', "NaN", "[" * 5000, b"\xff\xfe"])
def test_what_is_not_json_is_malformed(sqlite_shop: RunningShop, body: str | bytes) -> None:
    answer = sqlite_shop.call("POST", "/parcels", data=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/malformed")


def test_another_content_type_is_not_read(sqlite_shop: RunningShop) -> None:
    answer = sqlite_shop.call("POST", "/parcels", data="a=b", headers={"Content-Type": "text/plain"})
    assert answer.status_code == 415


def test_json_that_is_no_object_is_refused(sqlite_shop: RunningShop) -> None:
    assert sqlite_shop.call("POST", "/parcels", json=[1, 2]).status_code == 422


def test_a_nul_is_refused_by_the_field_it_is_in(shop: RunningShop) -> None:
    answer = shop.pack("books", lines=[{"item": "a\0b", "count": 1}])
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "lines.0.item"


def test_a_number_that_the_database_cannot_keep_is_the_callers_mistake(shop: RunningShop) -> None:
    assert shop.pack("books", weight="1" * 30).status_code == 422
    assert shop.labels() == []


def test_an_unknown_path_and_a_wrong_method_are_problems(sqlite_shop: RunningShop) -> None:
    nowhere = sqlite_shop.call("GET", "/nowhere")
    wrong = sqlite_shop.call("DELETE", "/parcels")
    assert (nowhere.status_code, nowhere.json()["type"]) == (404, "/problems/not_found")
    assert (wrong.status_code, wrong.headers["Allow"]) == (405, "GET, HEAD, POST")


def test_an_id_that_is_no_uuid_is_not_found(sqlite_shop: RunningShop) -> None:
    assert sqlite_shop.call("GET", "/parcels/17").status_code == 404


def test_a_role_is_needed(sqlite_shop: RunningShop) -> None:
    answer = sqlite_shop.call("POST", "/parcels", as_=READER, json={})
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/forbidden")


def test_an_administrator_may_call_everything(sqlite_shop: RunningShop) -> None:
    boss = person("root", "administrator", departments=())
    body = {"label": "x", "department": "south"}
    assert sqlite_shop.call("POST", "/parcels", as_=boss, json=body).status_code == 201


def test_who_has_not_signed_in_is_challenged(sqlite_shop: RunningShop) -> None:
    answer = sqlite_shop.call("GET", "/parcels", as_=None)
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, 'Bearer realm="fanfare"')


def test_another_department_sees_nothing(sqlite_shop: RunningShop) -> None:
    made = sqlite_shop.pack("books").json()
    assert sqlite_shop.call("GET", f"/parcels/{made['id']}", as_=STRANGER).status_code == 404
    assert sqlite_shop.call("GET", "/parcels", as_=STRANGER).json()["items"] == []


def test_a_handler_that_fails_leaves_nothing_and_tells_nothing(shop: RunningShop) -> None:
    answer = shop.call("POST", "/boom", json={"label": "x", "department": "north"})
    assert answer.status_code == 500
    assert "formula" not in answer.text and "Zero" not in answer.text
    assert "reference" in answer.json()["detail"]
    assert shop.labels() == []


def test_a_clash_in_the_database_is_a_conflict(shop: RunningShop) -> None:
    assert shop.pack("twin").status_code == 201
    assert shop.pack("twin").status_code == 409


def test_a_change_needs_the_version_that_it_builds_on(shop: RunningShop) -> None:
    made = shop.pack("old")
    path = f"/parcels/{made.json()['id']}"
    assert shop.call("PATCH", path, json={"label": "new"}).status_code == 428
    first = shop.call("PATCH", path, json={"label": "new"}, headers={"If-Match": made.headers["ETag"]})
    late = shop.call("PATCH", path, json={"label": "newer"}, headers={"If-Match": made.headers["ETag"]})
    assert (made.headers["ETag"], first.status_code, first.headers["ETag"]) == ('"0"', 200, '"1"')
    assert (late.status_code, shop.labels()) == (412, ["new"])


def test_a_weak_tag_never_matches_a_change(sqlite_shop: RunningShop) -> None:
    made = sqlite_shop.pack("old").json()
    answer = sqlite_shop.call("PATCH", f"/parcels/{made['id']}", json={}, headers={"If-Match": 'W/"0"'})
    assert answer.status_code == 412


def test_a_transition_looks_at_the_version_only_when_it_is_named(sqlite_shop: RunningShop) -> None:
    first, second = sqlite_shop.pack("a").json(), sqlite_shop.pack("b").json()
    stale = sqlite_shop.call("POST", f"/parcels/{first['id']}/dispatch", headers={"If-Match": '"9"'})
    bare = sqlite_shop.call("POST", f"/parcels/{second['id']}/dispatch")
    assert (stale.status_code, bare.status_code, bare.content) == (412, 204, b"")
    assert sqlite_shop.labels() == ["a"]


def test_who_has_the_version_already_gets_no_body(sqlite_shop: RunningShop) -> None:
    made = sqlite_shop.pack("a")
    path, tag = f"/parcels/{made.json()['id']}", made.headers["ETag"]
    known = sqlite_shop.call("GET", path, headers={"If-None-Match": f'"7", W/{tag}'})
    other = sqlite_shop.call("GET", path, headers={"If-None-Match": '"7"'})
    assert (known.status_code, known.content, known.headers["ETag"]) == (304, b"", tag)
    assert other.status_code == 200


def test_head_gives_the_headers_alone(sqlite_shop: RunningShop) -> None:
    path = f"/parcels/{sqlite_shop.pack('a').json()['id']}"
    full, head = sqlite_shop.call("GET", path), sqlite_shop.call("HEAD", path)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["Content-Length"] == str(len(full.content))


def test_the_trace_of_the_caller_goes_on(sqlite_shop: RunningShop) -> None:
    trace = "0af7651916cd43dd8448eb211c80319c"
    sent = {"traceparent": f"00-{trace}-b7ad6b7169203331-01"}
    answer = sqlite_shop.call("GET", "/parcels", headers=sent)
    version, same, span, _ = answer.headers["traceparent"].split("-")
    assert (version, same) == ("00", trace) and span != "b7ad6b7169203331"


def test_a_body_announced_too_large_is_refused_before_it_is_sent(sqlite_shop: RunningShop) -> None:
    with _connect(sqlite_shop) as raw:
        raw.sendall(_head("POST", "/parcels", f"Content-Length: {1 << 40}", "Expect: 100-continue"))
        answer = _answer(raw)
        assert answer.status == 413
        assert raw.recv(1) == b""


def test_a_large_body_that_is_already_on_its_way_still_gets_its_answer(sqlite_shop: RunningShop) -> None:
    answer = sqlite_shop.call("POST", "/parcels", data=b"x" * (3 << 20))
    assert answer.status_code == 413


def test_a_chunked_body_is_read(sqlite_shop: RunningShop) -> None:
    pieces = iter([b'{"label": "in pieces",', b' "department": "north"}'])
    answer = sqlite_shop.call("POST", "/parcels", data=pieces, headers={"Content-Type": "application/json"})
    assert answer.status_code == 201


def test_a_chunked_body_without_end_is_cut_at_the_limit(sqlite_shop: RunningShop) -> None:
    with _connect(sqlite_shop) as raw:
        raw.sendall(_head("POST", "/parcels", "Transfer-Encoding: chunked"))
        for _ in range(40):
            raw.sendall(b"8000\r\n" + b"x" * 0x8000 + b"\r\n")
        assert _answer(raw).status == 413


def test_a_broken_chunk_is_malformed(sqlite_shop: RunningShop) -> None:
    with _connect(sqlite_shop) as raw:
        raw.sendall(_head("POST", "/parcels", "Transfer-Encoding: chunked") + b"nonsense\r\n")
        assert _answer(raw).status == 400


@pytest.mark.parametrize(
    "framing",
    [
        ("Content-Length: 2", "Content-Length: 20"),
        ("Content-Length: +2",),
        ("Content-Length: 1_0",),
        ("Transfer-Encoding: gzip, chunked",),
        ("Content-Length: 2", "Transfer-Encoding: chunked"),
    ],
)
def test_a_body_whose_end_is_in_doubt_ends_the_connection(
    sqlite_shop: RunningShop, framing: tuple[str, ...]
) -> None:
    with _connect(sqlite_shop) as raw:
        raw.sendall(_head("POST", "/parcels", *framing) + b"{}" + _head("GET", "/parcels"))
        answer = raw.makefile("rb").read()
        assert answer.split(b" ", 2)[1] == b"400"
        assert answer.count(b"HTTP/1.") == 1


def test_what_is_not_http_gets_a_problem_and_the_service_lives_on(sqlite_shop: RunningShop) -> None:
    with _connect(sqlite_shop) as raw:
        raw.sendall(b"\x16\x03\x01 hello there\r\n\r\n")
        assert _answer(raw).status == 400
    assert sqlite_shop.call("GET", "/parcels").status_code == 200


@pytest.mark.parametrize("line", ["no colon", " folded: x", "Spaced : x", "Nul: a\0b", "Bare: a\rb"])
def test_a_malformed_header_line_is_refused(sqlite_shop: RunningShop, line: str) -> None:
    with _connect(sqlite_shop) as raw:
        raw.sendall(_head("GET", "/parcels", line))
        assert _answer(raw).status == 400


def test_headers_without_end_are_refused(sqlite_shop: RunningShop) -> None:
    with _connect(sqlite_shop) as raw:
        raw.sendall(
            b"GET /parcels HTTP/1.1\r\nHost: x\r\n" + b"".join(b"X-%d: y\r\n" % n for n in range(9000))
        )
        assert _answer(raw).status in (400, 431)


def test_a_connection_serves_many_requests(sqlite_shop: RunningShop) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", sqlite_shop.server.port, timeout=10)
    headers = {"Authorization": f"Bearer {token_of(CLERK)}"}
    ports = set()
    for path in ("/parcels", "/nowhere", "/parcels"):
        connection.request("GET", path, headers=headers)
        connection.getresponse().read()
        ports.add(connection.sock.getsockname()[1])
    connection.close()
    assert len(ports) == 1


@pytest.mark.parametrize("named", [{}, {"Connection": "keep-alive"}, {"Connection": "close"}])
def test_an_answer_has_the_same_headers_however_it_is_written(
    sqlite_shop: RunningShop, named: dict[str, str]
) -> None:
    path = f"/parcels/{sqlite_shop.pack('a').json()['id']}"
    answer = sqlite_shop.call("GET", path, headers={"Connection": None, **named})
    hops = {"connection", "keep-alive"}
    assert {name.lower() for name in answer.headers} - hops == {
        *("cache-control", "content-length", "content-type", "date", "etag"),
        *("traceparent", "x-content-type-options"),
    }
    assert answer.headers.get("Connection") == named.get("Connection")
    assert abs((parsedate_to_datetime(answer.headers["Date"]) - datetime.now(UTC)).total_seconds()) < 10


def test_a_body_that_is_waited_for_is_asked_for(sqlite_shop: RunningShop) -> None:
    head = f"POST /parcels HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token_of(CLERK)}\r\n"
    rest = "Content-Type: application/json\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"
    with _connect(sqlite_shop) as raw:
        raw.sendall((head + rest).encode())
        assert raw.recv(100).startswith(b"HTTP/1.1 100 Continue\r\n")
        raw.sendall(b"{}")
        assert _answer(raw).status == 422


def test_an_upload_reaches_the_handler_whole(sqlite_shop: RunningShop) -> None:
    answer = sqlite_shop.call("POST", "/uploads", data=b"one line\n" * 500_000)
    assert (answer.status_code, answer.json()) == (202, {"lines": 500_000})


def test_an_upload_has_a_limit_of_its_own(sqlite_shop: RunningShop) -> None:
    assert sqlite_shop.call("POST", "/uploads", data=b"x" * (UPLOAD_BYTES + 1)).status_code == 413


def test_rows_are_exported_as_they_were_when_the_session_was_open(shop: RunningShop) -> None:
    shop.pack("a")
    shop.pack("b")
    answer = shop.call("GET", "/export", as_=READER)
    assert (answer.text, answer.headers["Content-Type"]) == ("a\nb\n", "text/csv")


def test_a_public_route_needs_no_token_but_reads_one(sqlite_shop: RunningShop) -> None:
    nobody = sqlite_shop.call("GET", "/hello/you?utm_source=mail", as_=None)
    clerk = sqlite_shop.call("GET", "/hello/you", as_=CLERK)
    assert nobody.text == "Hello you, I take you for anonymous"
    assert clerk.text == "Hello you, I take you for ada"


@pytest.fixture
def few_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A client that has not signed in may ask three times, and then not for long."""
    monkeypatch.setattr(endpoint, "PUBLIC_BURST", 3.0)
    monkeypatch.setattr(endpoint, "PUBLIC_RATE", 0.001)


def test_a_public_route_has_its_limits(few_allowed: None, sqlite_shop: RunningShop) -> None:
    answers = [sqlite_shop.call("GET", "/hello/you", as_=None) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
    assert int(answers[-1].headers["Retry-After"]) > 0


@pytest.mark.parametrize(
    "options", [{"data": {"colour": ["red", "blue"]}}, {"files": {"colour": (None, "red")}}]
)
def test_a_form_is_read_in_either_encoding(sqlite_shop: RunningShop, options: dict[str, object]) -> None:
    answer = sqlite_shop.call("POST", "/answers", as_=None, **options)
    assert answer.json()["colour"] in (["red", "blue"], ["red"])


def test_a_form_that_is_none_is_refused(sqlite_shop: RunningShop) -> None:
    assert sqlite_shop.call("POST", "/answers", as_=None, json={}).status_code == 415


def test_a_database_that_is_away_is_said_to_be_away(sqlite_shop: RunningShop) -> None:
    sqlite_shop.database.close()
    path = str(sqlite_shop.database.url.database)
    with open(path, "wb") as file:
        file.truncate(0)
    answer = sqlite_shop.call("GET", "/parcels")
    assert answer.status_code in (500, 503)
    assert "sqlite" not in answer.text.lower()


def test_a_link_that_records_something_commits_it(shop: RunningShop) -> None:
    answer = shop.call("GET", "/click/ada", as_=None, allow_redirects=False)
    assert (answer.status_code, answer.headers["Location"]) == (302, "https://example.org/")
    assert shop.labels() == ["ada"]


def test_what_is_in_hand_is_answered_before_the_service_stops(sqlite_shop: RunningShop) -> None:
    Shop.arrived, Shop.gate = Event(), Event()
    waiting = eventlet.spawn(sqlite_shop.call, "GET", "/gate", as_=READER)
    with eventlet.Timeout(10):
        Shop.arrived.wait()
        stopping = eventlet.spawn(sqlite_shop.container.stop)
        while _listens(sqlite_shop):
            eventlet.sleep(0)
        Shop.gate.send()
        answer = waiting.wait()
        stopping.wait()
    assert (answer.json(), answer.headers["Connection"]) == ({"open": True}, "close")


def test_a_connection_at_rest_does_not_hold_up_the_stop(sqlite_shop: RunningShop) -> None:
    sqlite_shop.call("GET", "/parcels")
    with eventlet.Timeout(5):
        sqlite_shop.container.stop()
    assert sqlite_shop.server._connections == {}


def test_requests_are_counted_by_route_and_never_by_path(sqlite_shop: RunningShop) -> None:
    path = f"/parcels/{sqlite_shop.pack('a').json()['id']}"
    sqlite_shop.call("GET", path)
    text = metrics.exposition().decode()
    route = 'route="/parcels/<uuid:parcel_id>",service="shop"'
    assert f'http_requests_total{{method="GET",{route},status="2xx"}}' in text
    assert path not in text
    assert f'http_route_seconds_total{{method="GET",{route}}}' in text
    assert 'http_request_seconds_bucket{le="0.3",method="POST",service="shop"}' in text


def test_a_route_that_nobody_called_yet_shows_no_failures(sqlite_shop: RunningShop) -> None:
    sqlite_shop.call("GET", "/parcels")
    never = 'http_requests_total{method="POST",route="/parcels",service="shop",status="5xx"} 0.0'
    assert never in metrics.exposition().decode()


def _connect(shop: RunningShop) -> socket.socket:
    return socket.create_connection(("127.0.0.1", shop.server.port), timeout=10)


def _listens(shop: RunningShop) -> bool:
    try:
        _connect(shop).close()
    except ConnectionRefusedError:
        return False
    return True


def _head(method: str, path: str, *lines: str) -> bytes:
    token = f"Authorization: Bearer {token_of(CLERK)}"
    media = "Content-Type: application/json"
    return "\r\n".join([f"{method} {path} HTTP/1.1", "Host: shop", token, media, *lines, "", ""]).encode()


def _answer(raw: socket.socket) -> http.client.HTTPResponse:
    response = http.client.HTTPResponse(raw)
    response.begin()
    body = response.read()
    assert json.loads(body)["status"] == 413 if response.status == 413 else True
    return response
