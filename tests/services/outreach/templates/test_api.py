"""Templates over HTTP: saved, linted, published, compared, listed and put away."""

from typing import Any

import pytest

from tests.services.outreach.builders import HTML, MIA, STRANGER, a_template
from tests.services.outreach.conftest import Served


def body(**changes: Any) -> dict[str, Any]:
    plain = {"name": "News", "department": "north", "subject": "News for {{ company }}", "html": HTML}
    return {**plain, **changes}


def put(served: Served, path: str, *, version: int, **changes: Any) -> Any:
    plain = {"name": "News", "subject": "Changed", "html": HTML}
    return served.client.call(
        "PUT", path, as_=MIA, json={**plain, **changes}, headers={"If-Match": f'"{version}"'}
    )


def test_a_template_is_published_at_once_and_kept_as_it_was_written(served: Served) -> None:
    written = served.client.post("/templates", as_=MIA, json=body())
    assert written.status_code == 201
    template = written.json()
    assert (template["state"], template["published"], template["languages"]) == ("published", 1, ["en"])
    assert template["contents"][0]["html"] == HTML
    path = f"/templates/{template['id']}"
    assert served.client.get(path, as_=MIA).json() == template
    version = served.client.get(f"{path}/versions/1", as_=MIA).json()
    assert version["links"] == ["https://shop.example/new?x=1&y=2"]
    assert version["published_by"] == "mia"


@pytest.mark.parametrize(
    ("changes", "field", "reason"),
    [
        ({"subject": "Hello {{ nickname }}"}, "subject", "line 1: unknown field nickname"),
        (
            {"html": "<p>Hello</p>"},
            "html",
            'the unsubscribe link is missing: <a href="{{ unsubscribe_url }}">',
        ),
        ({"text": "Hello"}, "text", "the unsubscribe link is missing: {{ unsubscribe_url }}"),
        ({"contents": [{"language": "en"}]}, "contents", "give either contents, or html, subject"),
        ({"channel": "pigeon"}, "channel", "Must be one of: email, sms, dm, fax, chat."),
        ({"default_language": "x"}, "default_language", "Give a language tag such as de or pt-BR."),
    ],
)
def test_a_template_with_a_fault_is_refused_with_the_reason(
    served: Served, changes: dict[str, Any], field: str, reason: str
) -> None:
    refused = served.client.post("/templates", as_=MIA, json=body(**changes))
    assert refused.status_code == 422
    assert refused.json()["errors"] == [{"field": field, "reason": reason}]


def test_a_draft_may_have_faults_and_keeps_what_the_linter_said(served: Served) -> None:
    written = served.client.post("/templates", as_=MIA, json=body(draft=True, subject="{{ nickname }}"))
    assert written.status_code == 201
    template = written.json()
    assert (template["state"], template["published"]) == ("draft", None)
    assert template["findings"] == [
        {
            "severity": "error",
            "code": "unknown_field",
            "language": "en",
            "field": "subject",
            "where": "line 1",
            "line": 1,
            "why": "unknown field nickname",
        }
    ]
    refused = served.client.post(f"/templates/{template['id']}/versions", as_=MIA, json={})
    assert refused.status_code == 422


def test_a_draft_is_changed_by_who_knows_its_version_and_then_published(served: Served) -> None:
    path = f"/templates/{a_template(served.database)}"
    plain = {"name": "News", "subject": "x", "html": HTML}
    assert served.client.call("PUT", path, as_=MIA, json=plain).status_code == 428
    assert put(served, path, version=7).status_code == 412
    changed = put(served, path, version=0, name="Better news")
    assert changed.headers["ETag"] == '"1"'
    assert (changed.json()["name"], changed.json()["published"]) == ("Better news", 1)
    published = served.client.post(f"{path}/versions", as_=MIA, json={"note": "better"})
    assert published.status_code == 201
    assert (published.json()["number"], published.json()["note"]) == (2, "better")
    versions = served.client.get(f"{path}/versions", as_=MIA).json()["items"]
    assert [one["number"] for one in versions] == [2, 1]


def test_what_has_not_changed_is_not_published_again(served: Served) -> None:
    path = f"/templates/{a_template(served.database)}"
    refused = served.client.post(f"{path}/versions", as_=MIA, json={})
    assert refused.status_code == 409
    assert "Nothing has changed since version 1" in refused.text


def test_versions_are_compared_with_one_another_and_with_the_draft(served: Served) -> None:
    path = f"/templates/{a_template(served.database, subject='first')}"
    put(served, path, version=0, subject="second")
    first = f"{path}/versions/1/diff"
    difference = {
        "language": "en",
        "field": "subject",
        "change": "changed",
        "hunks": [{"before_line": 1, "before": ["first"], "after_line": 1, "after": ["second"]}],
    }
    assert served.client.get(first, as_=MIA).json() == {"differences": [difference]}
    served.client.post(f"{path}/versions", as_=MIA, json={})
    assert served.client.get(f"{first}?to=2", as_=MIA).json() == {"differences": [difference]}
    assert served.client.get(f"{first}?to=1", as_=MIA).json() == {"differences": []}
    assert served.client.get(f"{first}?to=3", as_=MIA).status_code == 404


def test_a_design_is_linted_without_being_kept(served: Served) -> None:
    design = {"subject": "{{ company }}", "html": "<p>x</p>"}
    linted = served.client.post("/templates/lint", as_=MIA, json=design).json()
    assert not linted["fine"]
    assert {one["code"] for one in linted["findings"]} == {
        "may_be_empty",
        "missing",
        "no_unsubscribe",
        "no_text",
    }
    assert served.client.get("/templates", as_=MIA).json()["items"] == []


FOUND = {
    "": ["Text", "Draft", "News"],
    "channel=sms": ["Text"],
    "language=de": ["Text"],
    "language=DE": ["Text"],
    "state=draft": ["Draft"],
    "state=published": ["Text", "News"],
    "state=archived": ["Old"],
    "q=ew": ["News"],
    "q=EW": ["News"],
    "q=%25": [],
    "department=north": ["Text", "Draft", "News"],
    "department=south": [],
}


def test_templates_are_found_by_what_they_are(served: Served) -> None:
    old = a_template(served.database, name="Old")
    a_template(served.database, name="News")
    a_template(served.database, name="Draft", draft=True)
    a_template(
        served.database,
        name="Text",
        channel="sms",
        default_language="de",
        text="Hallo STOP",
    )
    assert served.client.post(f"/templates/{old}/archive", as_=MIA).status_code == 200
    found = {query: served.client.get(f"/templates?{query}", as_=MIA).json()["items"] for query in FOUND}
    assert {query: [one["name"] for one in items] for query, items in found.items()} == FOUND
    assert served.client.get("/templates?language=e", as_=MIA).status_code == 422


def test_a_template_in_the_archive_is_not_changed_or_published_until_it_is_taken_out(served: Served) -> None:
    path = f"/templates/{a_template(served.database)}"
    archived = served.client.post(f"{path}/archive", as_=MIA)
    assert (archived.json()["state"], archived.headers["ETag"]) == ("archived", '"1"')
    assert put(served, path, version=1).status_code == 409
    assert served.client.post(f"{path}/versions", as_=MIA, json={}).status_code == 409
    assert served.client.post(f"{path}/restore", as_=MIA).json()["state"] == "published"
    assert put(served, path, version=2).status_code == 200


def test_a_sample_can_be_written_as_it_comes(served: Served) -> None:
    samples = served.client.get("/templates/samples", as_=MIA).json()["items"]
    for sample in samples:
        wanted = {name: value for name, value in sample.items() if value}
        wanted["contents"] = [
            {name: value for name, value in content.items() if value} for content in sample["contents"]
        ]
        written = served.client.post("/templates", as_=MIA, json={**wanted, "department": "north"})
        assert written.status_code == 201, written.text


@pytest.mark.parametrize(
    ("method", "path", "options"),
    [
        ("PUT", "", {"json": {"name": "x", "subject": "x", "html": HTML}}),
        ("POST", "/versions", {"json": {}}),
        ("POST", "/archive", {}),
        ("POST", "/restore", {}),
        ("POST", "/preview", {"json": {}}),
        ("POST", "/files?name=a.txt", {"data": b"text"}),
        ("GET", "/versions", {}),
        ("GET", "/versions/1", {}),
        ("GET", "/versions/1/diff", {}),
        ("GET", "/files", {}),
    ],
)
def test_a_template_of_another_department_is_not_there(
    served: Served, method: str, path: str, options: dict[str, Any]
) -> None:
    template_id = a_template(served.database)
    answer = served.client.call(
        method, f"/templates/{template_id}{path}", as_=STRANGER, headers={"If-Match": "*"}, **options
    )
    assert answer.status_code == 404
