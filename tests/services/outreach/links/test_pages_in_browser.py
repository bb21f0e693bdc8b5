"""What a recipient does on the pages behind the links of a mail, in a real browser."""

import pytest

from fanfare.local.process import wait_until
from services.outreach.links.tokens import Kind
from tests.harness.browser import PHONE, Browser, Stop
from tests.services.outreach.conftest import Served
from tests.services.outreach.links.test_pages import Mail, a_mail

SECONDS = 10
WITHOUT_CHECKS_OF_THE_BROWSER = "document.forms[0].noValidate = true"
TOLD_OF_FIELD = """
    const field = document.querySelector(arguments[0] + '[aria-invalid=true]');
    return document.getElementById(field.getAttribute('aria-describedby')).innerText"""


@pytest.fixture
def mail(served: Served) -> Mail:
    return a_mail(served)


def opened(browser: Browser, mail: Mail, kind: Kind) -> None:
    browser.open(mail.served.client.base_url + mail.path(kind))


def test_opening_the_unsubscribe_page_unsubscribes_nobody(browser: Browser, mail: Mail) -> None:
    opened(browser, mail, "u")
    assert browser.text("h1") == "Unsubscribe?"
    assert mail.suppressions == []


def test_the_button_unsubscribes(browser: Browser, mail: Mail) -> None:
    opened(browser, mail, "u")
    browser.click("button")
    browser.wait_for("h1", "You are unsubscribed")
    (added,) = mail.suppressions
    assert added.contact_id == mail.delivery.contact_id


def test_unsubscribing_takes_two_keys(browser: Browser, mail: Mail) -> None:
    opened(browser, mail, "u")
    browser.press("Tab", "Enter")
    browser.wait_for("h1", "You are unsubscribed")
    assert len(mail.suppressions) == 1


def test_the_tab_key_leads_through_the_form_in_its_order(browser: Browser, mail: Mail) -> None:
    opened(browser, mail, "f")
    assert browser.tour() == [
        Stop("radio", "Yes", visible=True),
        Stop("textbox", "Anything you would like to tell us?", visible=True),
        Stop("button", "Send", visible=True),
    ]


def test_the_form_is_filled_in_and_sent_with_keys_alone(browser: Browser, mail: Mail) -> None:
    opened(browser, mail, "f")
    browser.press("Tab", "Space", "ArrowDown", "Tab")
    browser.write("Not this year.")
    browser.press("Enter")
    browser.write("Ask again!")
    browser.press("Tab", "Enter")
    browser.wait_for("h1", "Thank you")
    (answer,) = mail.answers
    assert (answer.interested, answer.note) == (False, "Not this year.\nAsk again!")


def test_without_a_choice_the_browser_sends_nothing_and_leads_to_the_question(
    browser: Browser, mail: Mail
) -> None:
    opened(browser, mail, "f")
    browser.click("button")
    assert wait_until(lambda: browser.focus.role == "radio", seconds=SECONDS)
    assert browser.text("h1") == "Spring seminar"
    assert mail.answers == []


def test_a_missing_choice_is_told_at_the_question_where_the_browser_lets_it_pass(
    browser: Browser, mail: Mail
) -> None:
    opened(browser, mail, "f")
    browser.run(WITHOUT_CHECKS_OF_THE_BROWSER)
    browser.click("textarea")
    browser.write("Call me.")
    browser.click("button")
    browser.wait_for(".wrong", "Please choose yes or no.")
    assert browser.run(TOLD_OF_FIELD, "fieldset") == "Please choose yes or no."
    assert browser.focus == Stop("radio", "Yes", visible=True)
    assert browser.run("return document.title") == "Not sent yet: Spring seminar"
    assert browser.run("return document.querySelector('textarea').value") == "Call me."
    assert browser.barriers() == []


def test_a_note_that_is_too_long_is_told_at_the_note(browser: Browser, mail: Mail) -> None:
    opened(browser, mail, "f")
    browser.click("input")
    browser.run("document.querySelector('textarea').value = 'x'.repeat(2001)")
    browser.click("button")
    browser.wait_for(".wrong", "Please write at most 2000 characters.")
    assert browser.run(TOLD_OF_FIELD, "textarea") == "Please write at most 2000 characters."
    assert browser.focus.role == "textbox"
    assert browser.count("input:checked[value=yes]") == 1
    assert browser.barriers() == []


def test_a_note_as_long_as_the_browser_allows_is_taken(browser: Browser, mail: Mail) -> None:
    opened(browser, mail, "f")
    browser.click("input")
    note = "\n".join("x" * 1000)
    browser.run("document.querySelector('textarea').value = arguments[0]", note)
    browser.click("button")
    browser.wait_for("h1", "Thank you")
    assert [answer.note for answer in mail.answers] == [note]


@pytest.mark.parametrize("kind", ["u", "f"])
def test_a_page_keeps_nobody_out_and_fits_a_phone(browser: Browser, mail: Mail, kind: Kind) -> None:
    browser.resize(PHONE)
    opened(browser, mail, kind)
    assert browser.barriers() == []
    assert browser.fits


def test_a_link_that_was_changed_leads_to_a_page_that_keeps_nobody_out(
    browser: Browser, served: Served
) -> None:
    browser.open(f"{served.client.base_url}/f/changed")
    assert browser.text("h1") == "This page does not exist"
    assert browser.barriers() == []
