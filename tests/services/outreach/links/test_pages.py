"""What a recipient meets behind the links of a mail."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
import requests
from sqlalchemy import select

from services.outreach.links.model import Answer
from services.outreach.links.tokens import Kind, Signer
from services.outreach.mailings.model import Delivery
from services.outreach.suppressions.model import Suppression
from tests.services.outreach.builders import (
    HTML,
    LINK_KEY,
    a_card,
    a_mailing,
    a_template,
    deliveries_of,
)
from tests.services.outreach.conftest import Served

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@dataclass(frozen=True)
class Mail:
    """A mail that somebody holds in their hands."""

    served: Served
    delivery: Delivery

    def path(self, kind: Kind, number: int = 0) -> str:
        return f"/{kind}/{Signer(LINK_KEY).token(kind, self.delivery.id, number)}"

    def call(self, method: str, kind: Kind, number: int = 0, **options: Any) -> requests.Response:
        return self.served.client.call(method, self.path(kind, number), **options)

    @property
    def answers(self) -> list[Answer]:
        with self.served.database.reading() as session:
            return list(session.scalars(select(Answer).order_by(Answer.id)))

    @property
    def suppressions(self) -> list[Suppression]:
        with self.served.database.reading() as session:
            return list(session.scalars(select(Suppression)))


def a_mail(served: Served, html: str = HTML, **changes: object) -> Mail:
    template_id = a_template(served.database, html=html)
    mailing_id = a_mailing(served.database, [a_card(**changes)], template_id=template_id)
    (delivery,) = deliveries_of(served.database, mailing_id).values()
    return Mail(served, delivery)


@pytest.fixture
def mail(served: Served) -> Mail:
    return a_mail(served)


def test_a_click_leads_to_the_address_in_the_template_and_is_an_answer(mail: Mail) -> None:
    answer = mail.call("GET", "c")
    assert (answer.status_code, answer.headers["Location"]) == (302, "https://shop.example/new?x=1&y=2")
    (click,) = mail.answers
    assert (click.kind, click.url) == ("click", "https://shop.example/new?x=1&y=2")
    assert (click.target_id, click.contact_id) == (mail.delivery.target_id, mail.delivery.contact_id)


def test_more_clicks_on_one_address_are_counted_but_answer_once(mail: Mail) -> None:
    for _ in range(3):
        mail.call("GET", "c")
    assert [(click.clicks, click.version) for click in mail.answers] == [(3, 1)]


def test_each_address_is_an_answer_of_its_own(served: Served) -> None:
    mail = a_mail(served, HTML + '<a href="https://other.example">x</a>')
    mail.call("GET", "c", 0)
    mail.call("GET", "c", 1)
    assert [click.url for click in mail.answers] == [
        "https://shop.example/new?x=1&y=2",
        "https://other.example",
    ]


def test_a_very_long_address_can_be_clicked(served: Served) -> None:
    address = f"https://shop.example/{'x' * 5000}"
    mail = a_mail(served, HTML + f'<a href="{address}">x</a>')
    assert mail.call("GET", "c", 1).headers["Location"] == address
    assert mail.answers[0].url == address


def test_a_link_with_fields_keeps_its_host_whatever_the_contact_is_called(served: Served) -> None:
    html = '<a href="https://shop.example/{{ company }}?c={{ company }}">x</a>' + HTML
    mail = a_mail(served, html, company="@evil.example/\r\nX: y")
    location = mail.call("GET", "c").headers["Location"]
    value = "@evil.example%2F%20X%3A%20y"
    assert location == f"https://shop.example/{value}?c={value}"


def test_looking_at_a_click_link_with_head_counts_nothing(mail: Mail) -> None:
    assert mail.call("HEAD", "c").status_code == 302
    assert mail.answers == []


def test_a_click_link_for_an_address_that_is_not_in_the_template_does_not_exist(mail: Mail) -> None:
    assert mail.call("GET", "c", 1).status_code == 404


@pytest.mark.parametrize("kind", ["c", "u", "f"])
def test_a_changed_token_gets_a_page_that_says_so(mail: Mail, kind: Kind) -> None:
    path = mail.path(kind)
    answer = mail.served.client.get(path[:-2] + ("A" if path[-2] != "A" else "B") + path[-1])
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "This page does not exist" in answer.text


def test_a_token_of_one_kind_does_not_open_another(mail: Mail) -> None:
    token = mail.path("c").removeprefix("/c/")
    assert mail.served.client.post(f"/u/{token}", data=ONE_CLICK).status_code == 404
    assert mail.suppressions == []


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_looking_at_the_unsubscribe_page_unsubscribes_nobody(mail: Mail, method: str) -> None:
    assert mail.call(method, "u").status_code == 200
    assert mail.suppressions == []


def test_one_click_unsubscribes_at_once(mail: Mail) -> None:
    assert mail.call("POST", "u", data=ONE_CLICK).status_code == 200
    (added,) = mail.suppressions
    assert (added.contact_id, added.channel, added.reason) == (
        mail.delivery.contact_id,
        "email",
        "unsubscribed",
    )
    assert added.target_id == mail.delivery.target_id
    assert added.campaign_id is not None


def test_one_click_also_works_as_a_multipart_form(mail: Mail) -> None:
    assert mail.call("POST", "u", files={"List-Unsubscribe": (None, "One-Click")}).status_code == 200
    assert len(mail.suppressions) == 1


def test_one_click_twice_is_published_once(mail: Mail) -> None:
    mail.call("POST", "u", data=ONE_CLICK)
    assert mail.call("POST", "u", data=ONE_CLICK).status_code == 200
    assert len(mail.suppressions) == 1


def test_a_post_that_says_something_else_unsubscribes_nobody(mail: Mail) -> None:
    assert "<button" in mail.call("POST", "u", data={"List-Unsubscribe": "No"}).text
    assert mail.suppressions == []


def test_the_button_of_the_unsubscribe_page_sends_what_one_click_sends(mail: Mail) -> None:
    page = mail.call("GET", "u").text
    assert '<form method="post">' in page
    assert '<input type="hidden" name="List-Unsubscribe" value="One-Click">' in page


def test_a_form_is_an_answer(mail: Mail) -> None:
    assert "Spring seminar" in mail.call("GET", "f").text
    sent = mail.call("POST", "f", data={"interested": "yes", "note": "call me <now>"})
    assert (sent.status_code, "Thank you" in sent.text) == (200, True)
    (form,) = mail.answers
    assert (form.kind, form.interested, form.note) == ("form", True, "call me <now>")


def test_the_same_form_sent_twice_is_one_answer_and_a_change_of_mind_another(mail: Mail) -> None:
    for interested in ("yes", "yes", "no"):
        mail.call("POST", "f", data={"interested": interested})
    assert [form.interested for form in mail.answers] == [True, False]


def test_a_form_without_a_choice_comes_back_with_what_was_written(mail: Mail) -> None:
    answer = mail.call("POST", "f", data={"note": "<script>alert(1)</script>"})
    assert answer.status_code == 422
    assert "Please choose yes or no." in answer.text
    assert "&lt;script&gt;" in answer.text
    assert mail.answers == []


def test_a_note_that_is_too_long_comes_back_with_the_reason(mail: Mail) -> None:
    answer = mail.call("POST", "f", data={"interested": "no", "note": "x" * 2001})
    assert (answer.status_code, "at most 2000" in answer.text) == (422, True)


def test_a_page_runs_no_scripts_and_tells_no_one_where_it_was(mail: Mail) -> None:
    for kind in ("u", "f"):
        headers = mail.call("GET", kind).headers
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cache-Control"] == "no-store"


def unknown_delivery() -> str:
    return Signer(LINK_KEY).token("u", UUID(int=1))


def test_a_token_for_a_delivery_that_is_gone_gets_a_page_that_says_so(mail: Mail) -> None:
    assert mail.served.client.get(f"/u/{unknown_delivery()}").status_code == 404
