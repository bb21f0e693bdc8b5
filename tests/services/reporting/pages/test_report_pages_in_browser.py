"""Every page in a real browser, signed in at a provider, in both languages: text, chart, keys, barriers.

With ``FANFARE_SCREENSHOTS`` set to a folder each page is also kept there as an image.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.reporting.pages.words import words_of
from services.reporting.reports.registry import REPORTS
from tests.harness.browser import PHONE, Browser
from tests.harness.databases import SqliteFiles
from tests.services.reporting.scene import season
from tests.services.reporting.signin.test_sign_in import Desk, desk_of

SCREENSHOTS = "FANFARE_SCREENSHOTS"
MOST_KEYS = 40


@pytest.fixture(scope="module")
def desk(sqlite_files: SqliteFiles) -> Iterator[Desk]:
    with desk_of(f"sqlite:///{sqlite_files.migrated('reporting')}") as desk:
        desk.reporting.hear(*season())
        yield desk


@pytest.fixture
def reader(browser: Browser, desk: Desk) -> Browser:
    """The browser of somebody who came to the overview and signed in at the provider on the way."""
    browser.allow(desk.identity.url)
    browser.open(f"{desk.client.base_url}/pages/overview?lang=en")
    browser.click("input")
    browser.write("anna")
    browser.press("Enter")
    browser.wait_for("h1", "Overview")
    return browser


def test_every_page_shows_text_and_chart_and_keeps_nobody_out(reader: Browser, desk: Desk) -> None:
    for report in REPORTS:
        for language in ("zh", "en"):
            reader.resize(1280)
            reader.open(f"{desk.client.base_url}/pages/{report}?lang={language}")
            assert reader.text("h1") == words_of(language)(f"report.{report}")
            assert reader.count("svg.chart rect") > 0 and reader.count("main table tbody tr") > 0, report
            assert reader.run("return document.documentElement.lang") == language
            _keep(reader, f"{report}-{language}")
            reader.resize(PHONE)
            assert reader.fits, (report, language)
            assert reader.barriers() == [], (report, language)


def test_a_campaign_is_opened_from_the_overview_and_taken_away(reader: Browser, desk: Desk) -> None:
    for language, name in (("en", "Figures"), ("zh", "指标")):
        reader.resize(1280)
        reader.open(f"{desk.client.base_url}/pages/overview?lang={language}")
        reader.click("table a[href*='/campaigns/']")
        reader.wait_for("h1", "Spring launch")
        assert reader.text("h2") == name
        assert reader.count("svg.chart rect") > 0 and reader.barriers() == []
        _keep(reader, f"campaign-{language}")


def test_a_figure_is_opened_down_to_what_its_events_say(reader: Browser, desk: Desk) -> None:
    for language, title in (("en", "Leads: the events behind it"), ("zh", "线索：所依据的事件")):
        reader.open(f"{desk.client.base_url}/pages/overview?lang={language}")
        reader.click("table a[href*='/campaigns/']")
        reader.wait_for("h1", "Spring launch")
        reader.click("a[href*='/events/leads']")
        reader.wait_for("h1", title)
        reader.click("summary")
        assert '"lead_id"' in reader.text("details pre")
        for width in (PHONE, 1280):
            reader.resize(width)
            assert reader.fits and reader.barriers() == []
        _keep(reader, f"events-{language}")


def test_pages_are_walked_through_by_keys(reader: Browser) -> None:
    tour = reader.tour()
    assert tour[0].name == "Skip to content" and all(stop.visible for stop in tour)
    links = [stop.name for stop in tour if stop.role == "link"]
    assert [words_of("en")(f"report.{one}") for one in REPORTS] == links[1 : len(REPORTS) + 1]
    assert "Sign out" in {stop.name for stop in tour if stop.role == "button"}


def test_the_filter_is_sent_by_keys_alone(reader: Browser) -> None:
    for _ in range(MOST_KEYS):
        reader.press("Tab")
        if reader.run("return document.activeElement.innerText") == "Show":
            break
    reader.press("Enter")
    reader.wait_for("h1", "Overview")
    assert "kind=&region=" in reader.address


def test_what_is_chosen_in_the_filter_is_shown(reader: Browser, desk: Desk) -> None:
    reader.open(f"{desk.client.base_url}/pages/comparison")
    reader.run("document.querySelector('#by').value = 'kind'; document.querySelector('.filters').submit()")
    reader.wait_for("main tbody th", "bulk mail")


def test_who_signs_out_is_asked_to_sign_in_again(reader: Browser) -> None:
    reader.click("header button")
    reader.wait_for("h1", "You are signed out")
    assert reader.barriers() == []


def _keep(page: Browser, name: str) -> None:
    if folder := os.environ.get(SCREENSHOTS):
        page.resize(1000, height=1100, scale=0.7)
        Path(folder, f"{name}.png").write_bytes(page.picture())
