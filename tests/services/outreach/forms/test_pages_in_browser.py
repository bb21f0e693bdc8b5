"""What people do on the pages of a form, in a real browser: with keys alone, and on a phone."""

from typing import Any

import pytest

from tests.harness.browser import PHONE, Browser, Stop
from tests.services.outreach.conftest import Served
from tests.services.outreach.forms.builders import (
    EMAIL,
    NEWS,
    a_form,
    a_letter,
    questionnaire,
    submissions,
    survey,
    words,
)

WITHOUT_CHECKS_OF_THE_BROWSER = "document.forms[0].noValidate = true"
COLOURS = [{"value": one, "label": words(one.title())} for one in ("red", "blue")]
EVERYTHING: list[dict[str, Any]] = [
    {"name": "given_name", "type": "text", "label": words("Given name"), "required": True},
    EMAIL,
    {"name": "phone", "type": "phone", "label": words("Phone"), "help": words("With country code")},
    {"name": "note", "type": "text", "label": words("Note"), "longest": 500},
    {"name": "guests", "type": "number", "label": words("Guests"), "least": "0", "most": "3"},
    {"name": "colour", "type": "choice", "label": words("Colour"), "choices": COLOURS, "required": True},
    {"name": "days", "type": "multi_choice", "label": words("Days"), "choices": COLOURS},
    {"name": "mood", "type": "scale", "label": words("Mood"), "least": "1", "most": "5"},
    {**NEWS, "help": words("You can take it back at any time.")},
    {"name": "utm", "type": "hidden", "value": "web"},
]


@pytest.fixture(params=["sqlite"])
def backend(request: pytest.FixtureRequest) -> str:
    kind: str = request.param
    return kind


def opened(browser: Browser, served: Served, path: str = "/forms/spring-fair") -> None:
    browser.open(served.client.base_url + path)


def test_a_form_is_filled_in_and_sent_with_keys_alone(browser: Browser, hosting: Served) -> None:
    a_form(hosting.database)
    opened(browser, hosting)
    browser.press("Tab")
    browser.write("lin@example.com")
    browser.press("Tab", "Space", "Tab", "Enter")
    browser.wait_for("h1", "Thank you")
    [submission] = submissions(hosting.database)
    assert (submission.email, len(submission.consents)) == ("lin@example.com", 1)


def test_the_tab_key_leads_through_a_form_in_its_order_and_past_the_trap(
    browser: Browser, hosting: Served
) -> None:
    a_form(hosting.database)
    opened(browser, hosting)
    assert browser.tour() == [
        Stop("textbox", "Email (needed)", visible=True),
        Stop("checkbox", "Yes, send me news by e-mail.", visible=True),
        Stop("button", "Send", visible=True),
    ]


def test_a_survey_is_filled_in_with_keys_alone(browser: Browser, hosting: Served) -> None:
    a_form(hosting.database, kind="survey", design=survey())
    opened(browser, hosting, a_letter(hosting.database).path("spring-fair"))
    for _ in range(4):
        browser.press("Tab", "Space", "ArrowRight", "ArrowRight")
    browser.press("Tab", "Tab", "Enter")
    browser.wait_for("h1", "Thank you")
    [submission] = submissions(hosting.database)
    assert submission.sides == [
        {"side": "quality", "expectation": 2, "experience": 2},
        {"side": "price", "expectation": 2, "experience": 2},
    ]


def test_what_is_wrong_is_told_at_the_field_and_has_the_focus(browser: Browser, hosting: Served) -> None:
    a_form(hosting.database, design=questionnaire(fields=EVERYTHING))
    opened(browser, hosting)
    browser.run(WITHOUT_CHECKS_OF_THE_BROWSER)
    browser.click("#given_name")
    browser.write("Lin")
    browser.click("#email")
    browser.write("nonsense")
    browser.click("button")
    browser.wait_for("#email-wrong", "Please enter an address such as name@example.com.")
    assert browser.focus == Stop("textbox", "Email (needed)", visible=True)
    assert browser.text("#colour-wrong") == "Please choose an answer."
    assert browser.run("return document.title") == "Not sent yet: Spring fair"
    assert browser.run("return document.querySelector('#given_name').value") == "Lin"
    assert browser.barriers() == []


@pytest.mark.parametrize(
    ("kind", "design"),
    [("landing", questionnaire(fields=EVERYTHING)), ("survey", survey(fields=EVERYTHING))],
)
def test_a_page_keeps_nobody_out_and_fits_a_phone(
    browser: Browser, hosting: Served, kind: str, design: dict[str, Any]
) -> None:
    a_form(hosting.database, kind=kind, design=design)
    browser.resize(PHONE)
    opened(browser, hosting)
    assert browser.barriers() == []
    assert browser.fits


def test_in_two_languages_each_leads_to_the_other(browser: Browser, hosting: Served) -> None:
    texts = {"en": {"title": "Fair"}, "de": {"title": "Messe"}}
    fields = [{**EMAIL, "label": {"en": "Email", "de": "E-Mail"}}]
    a_form(hosting.database, design=questionnaire(languages=["en", "de"], texts=texts, fields=fields))
    opened(browser, hosting, "/forms/spring-fair?language=en")
    browser.click("nav a")
    browser.wait_for("h1", "Messe")
    assert browser.run("return document.documentElement.lang") == "de"
    assert browser.barriers() == []


def test_the_thanks_of_a_registration_show_the_code_to_eyes_and_ears(
    browser: Browser, hosting: Served
) -> None:
    a_form(hosting.database, kind="registration")
    opened(browser, hosting)
    browser.click("#email")
    browser.write("lin@example.com")
    browser.click("button")
    browser.wait_for("h1", "Thank you")
    assert len(browser.text("#check-in-code")) == 17
    assert browser.count("svg[role=img] title") == 1
    assert browser.barriers() == []


def test_a_link_that_was_changed_leads_to_a_page_that_keeps_nobody_out(
    browser: Browser, hosting: Served
) -> None:
    opened(browser, hosting, "/forms/confirmations/changed")
    assert browser.text("h1") == "This page does not exist"
    assert browser.barriers() == []
