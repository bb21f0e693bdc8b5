"""What a contact would get, looked at beforehand."""

from typing import Any

from sqlalchemy import func, select

from chassis.audit import audit_entries
from chassis.outbox import outbox
from services.outreach.mailings.model import Delivery
from services.outreach.templates.model import TemplateVersion
from tests.services.outreach.builders import HTML, MIA, a_card, a_template, know
from tests.services.outreach.conftest import Served


def preview(served: Served, *, template: dict[str, Any], **body: Any) -> Any:
    path = f"/templates/{a_template(served.database, **template)}/preview"
    return served.client.post(path, as_=MIA, json=body)


def test_a_preview_shows_what_a_contact_would_get(served: Served) -> None:
    card = a_card(given_name="<Lin>", company="A & B")
    know(served.database, card)
    shown = preview(served, template={}, contact_id=str(card.contact_id)).json()
    assert shown["subject"] == "News for A & B"
    assert "Dear &lt;Lin&gt; of A &amp; B," in shown["html"]
    assert "Dear <Lin> of A & B," in shown["text"]
    assert "https://shop.example/new" in shown["html"]
    assert (shown["channel"], shown["number"], shown["language"], shown["sms"]) == ("email", 0, "en", None)


def test_a_preview_without_a_contact_shows_a_made_up_one(served: Served) -> None:
    assert preview(served, template={}).json()["subject"] == "News for Example & Sons"


def test_a_preview_is_in_the_language_of_the_contact_or_in_the_one_asked_for(served: Served) -> None:
    card = a_card(language="de-AT")
    know(served.database, card)
    contents = [{"language": one, "subject": one, "html": HTML} for one in ("en", "de", "fr")]
    template = {"contents": contents}
    contact_id = str(card.contact_id)
    assert preview(served, template=template, contact_id=contact_id).json()["subject"] == "de"
    assert preview(served, template=template, contact_id=contact_id, language="fr").json()["subject"] == "fr"


def test_a_preview_of_a_text_counts_its_parts_with_the_way_out_where_one_is_wanted(served: Served) -> None:
    card = a_card(country="CN", language="zh")
    know(served.database, card)
    template = {"channel": "sms", "text": "x" * 160}
    sms = preview(served, template=template, contact_id=str(card.contact_id)).json()["sms"]
    assert sms["encoding"] == "ucs2"
    assert sms["parts"] == 3
    plain = preview(served, template={**template, "countries": ["US"]}).json()["sms"]
    assert plain["encoding"] == "gsm7"


def test_a_preview_shows_the_draft_or_a_version(served: Served) -> None:
    template_id = a_template(served.database, subject="first")
    path = f"/templates/{template_id}"
    changed = {"name": "News", "subject": "second", "html": HTML}
    served.client.call("PUT", path, as_=MIA, json=changed, headers={"If-Match": '"0"'})
    subjects = [
        served.client.post(f"{path}/preview", as_=MIA, json=body).json()["subject"]
        for body in ({}, {"number": 1})
    ]
    assert subjects == ["second", "first"]


def test_a_preview_of_a_draft_with_errors_says_what_they_are(served: Served) -> None:
    refused = preview(served, template={"draft": True, "subject": "{{ nickname }}"})
    assert refused.status_code == 422
    assert refused.json()["errors"] == [{"field": "subject", "reason": "line 1: unknown field nickname"}]


def test_a_contact_that_breaks_a_template_is_named_as_the_reason(served: Served) -> None:
    card = a_card()
    know(served.database, card)
    page = HTML + "{% if company|length > region %}x{% endif %}"
    refused = preview(served, template={"html": page, "draft": True}, contact_id=str(card.contact_id))
    assert refused.status_code == 422
    assert "cannot be rendered" in refused.text


def test_a_preview_for_a_contact_of_another_department_is_refused(served: Served) -> None:
    card = a_card(department="south")
    know(served.database, card)
    assert preview(served, template={}, contact_id=str(card.contact_id)).status_code == 404


def kept(served: Served) -> tuple[list[int | None], set[int]]:
    """How many rows there are of what a preview could leave, and the ids of what waits to be shipped."""
    tables: list[Any] = [TemplateVersion.__table__, Delivery.__table__, audit_entries]
    with served.database.reading() as session:
        counts = [session.scalar(select(func.count()).select_from(table)) for table in tables]
        return counts, set(session.scalars(select(outbox.c.id)))


def test_a_preview_leaves_nothing_behind(served: Served) -> None:
    card = a_card()
    know(served.database, card)
    path = f"/templates/{a_template(served.database)}/preview"
    before, waiting = kept(served)
    assert served.client.post(path, as_=MIA, json={"contact_id": str(card.contact_id)}).status_code == 200
    after, still_waiting = kept(served)
    assert after == before
    assert still_waiting <= waiting
