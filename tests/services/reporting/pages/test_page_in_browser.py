"""The page of a campaign as somebody sees it who was sent its link, in a real browser."""

import io

import pypdf
import pytest

from chassis.ids import new_id
from tests.harness.browser import PHONE, Browser
from tests.services.reporting.builders import designed, message
from tests.services.reporting.people import ANNA
from tests.services.reporting.running import Reporting

SECTIONS = ["Figures", "Goals", "Funnel", "Mailing outcomes", "Budget lines"]
DRAWN = """
    const boxes = [...document.querySelectorAll(`svg[aria-label='${arguments[0]}'] rect`)];
    return boxes.map(box => box.getBoundingClientRect()).map(box => [box.width, box.height])"""


@pytest.fixture(scope="module")
def reporting(shared_reporting: Reporting) -> Reporting:
    return shared_reporting


@pytest.fixture
def page(browser: Browser, reporting: Reporting) -> Browser:
    """The browser with the page of the campaign in it."""
    browser.open(link_to(reporting, reporting.path("page-links")))
    return browser


def link_to(reporting: Reporting, path: str) -> str:
    return str(reporting.client.post(path, json={}, as_=ANNA).json()["url"])


def test_every_chart_is_drawn_to_scale(page: Browser) -> None:
    charts = {"Funnel": [4, 3, 2, 2, 1], "Mailing outcomes": [3, 1], "Budget lines": [400, 100, 500]}
    for name, values in charts.items():
        boxes = page.run(DRAWN, name)
        unit = boxes[0][0] / values[0]
        assert unit > 0 and all(height > 10 for _, height in boxes)
        assert [width / unit for width, _ in boxes] == pytest.approx(values, rel=0.01)


def test_every_chart_has_a_colour_for_each_of_its_series(page: Browser) -> None:
    colours = page.run(
        "return [...document.querySelectorAll('.legend rect')].map(r => getComputedStyle(r).fill)"
    )
    accepted, failed, suppressed, uncertain, incurred, committed, available = colours
    assert len({accepted, failed, suppressed, uncertain}) == 4
    assert len({incurred, committed, available}) == 3
    assert not {"none", "rgb(0, 0, 0)"} & set(colours)


def test_the_tab_key_leads_to_every_section_and_to_all_that_may_scroll(page: Browser) -> None:
    tour = page.tour()
    assert all(stop.visible for stop in tour)
    links = [stop.name for stop in tour if stop.role == "link"]
    assert links[:8] == ["Skip to content", "中文", "Report as PDF", *SECTIONS]
    assert links[8:] == [f"{kind}: {name}" for name in SECTIONS for kind in ("CSV", "XLSX")]
    groups = ["Table: figures", "Table: goals"]
    groups += [f"Chart and table: {one.lower()}" for one in SECTIONS[2:]]
    assert [stop.name for stop in tour if stop.role == "group"] == groups


def test_a_section_is_reached_by_keys_alone(page: Browser) -> None:
    page.press(*["Tab"] * (3 + len(SECTIONS)), "Enter")
    assert page.address.endswith("#budget")
    assert page.run("return scrollY") > 0


def test_the_page_keeps_nobody_out_on_any_screen(page: Browser) -> None:
    for width in (PHONE, 1280):
        page.resize(width)
        assert page.barriers() == []


def test_the_page_says_its_language_its_title_and_its_parts(page: Browser) -> None:
    assert page.run("return [document.documentElement.lang, document.title]") == [
        "en",
        "Spring launch · evaluation",
    ]
    headings = page.run(
        "return [...document.querySelectorAll('h1,h2,h3')].map(h => h.tagName + ' ' + h.innerText)"
    )
    assert headings == ["H1 Spring launch", *(f"H2 {name}" for name in SECTIONS)]


def test_nobody_scrolls_sideways_on_a_phone(page: Browser) -> None:
    page.resize(PHONE)
    assert page.fits


def test_a_name_without_a_space_does_not_widen_the_page(browser: Browser, reporting: Reporting) -> None:
    other = new_id()
    reporting.hear(message(designed(other, name="Donaudampfschifffahrt" * 5), other))
    browser.resize(PHONE)
    browser.open(link_to(reporting, f"/campaigns/{other}/page-links"))
    assert browser.fits


def test_the_page_is_printed_with_all_it_says(page: Browser) -> None:
    paper = pypdf.PdfReader(io.BytesIO(page.print()))
    assert paper.metadata is not None and paper.metadata.title == "Spring launch · evaluation"
    sheets = [" ".join(sheet.extract_text().split()) for sheet in paper.pages]
    assert "Spring launch" in sheets[0] and "1,000.00 EUR" in sheets[0]
    told = " ".join(sheets)
    assert [name for name in SECTIONS if name not in told] == []
    assert "1 × campaign.targets_progressed.v1" in told
