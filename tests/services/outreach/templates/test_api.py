"""Templates over HTTP."""

from typing import Any

import pytest

from tests.services.outreach.builders import HTML, MIA, a_card, a_template, know
from tests.services.outreach.conftest import Served


def body(**changes: Any) -> dict[str, Any]:
    plain = {"name": "News", "department": "north", "subject": "News for {{ company }}", "html": HTML}
    return {**plain, **changes}


def test_a_template_is_kept_with_its_links_and_a_derived_text(served: Served) -> None:
    written = served.client.post("/templates", as_=MIA, json=body())
    assert written.status_code == 201
    assert written.json()["links"] == ["https://shop.example/new?x=1&y=2"]
    assert "Dear {{ given_name }} of {{ company }}," in written.json()["text"]
    shown = served.client.get(f"/templates/{written.json()['id']}", as_=MIA)
    assert shown.json() == written.json()


@pytest.mark.parametrize(
    ("changes", "field", "reason"),
    [
        ({"subject": "Hello {{ nickname }}"}, "subject", "line 1: unknown field nickname"),
        ({"html": "{% if %}"}, "html", "line 1: Expected an expression, got 'end of statement block'"),
        (
            {"html": "<p>Hello</p>"},
            "html",
            'the unsubscribe link is missing: <a href="{{ unsubscribe_url }}">',
        ),
        ({"text": "Hello"}, "text", "the unsubscribe link is missing: {{ unsubscribe_url }}"),
        ({"subject": " "}, "subject", "it is empty"),
    ],
)
def test_a_template_with_a_fault_is_refused_with_the_reason(
    served: Served, changes: dict[str, str], field: str, reason: str
) -> None:
    refused = served.client.post("/templates", as_=MIA, json=body(**changes))
    assert refused.status_code == 422
    assert refused.json()["errors"] == [{"field": field, "reason": reason}]


def test_a_preview_shows_what_a_contact_would_get(served: Served) -> None:
    card = a_card(given_name="<Lin>", company="A & B")
    know(served.database, card)
    path = f"/templates/{a_template(served.database)}/preview"
    preview = served.client.post(path, as_=MIA, json={"contact_id": str(card.contact_id)}).json()
    assert preview["subject"] == "News for A & B"
    assert "Dear &lt;Lin&gt; of A &amp; B," in preview["html"]
    assert "Dear <Lin> of A & B," in preview["text"]
    assert "https://shop.example/new" in preview["html"]


def test_a_preview_without_a_contact_shows_a_made_up_one(served: Served) -> None:
    path = f"/templates/{a_template(served.database)}/preview"
    assert served.client.post(path, as_=MIA, json={}).json()["subject"] == "News for Example & Sons"


def test_a_preview_for_a_contact_of_another_department_is_refused(served: Served) -> None:
    card = a_card(department="south")
    know(served.database, card)
    path = f"/templates/{a_template(served.database)}/preview"
    assert served.client.post(path, as_=MIA, json={"contact_id": str(card.contact_id)}).status_code == 404
