"""The report on paper: a PDF with all that the page says, in both languages."""

import io

import pypdf
import pytest

from chassis.errors import Unavailable
from chassis.ids import new_id
from services.reporting.pages import paper
from tests.services.reporting.builders import designed, message
from tests.services.reporting.people import ANNA, REP, SAM
from tests.services.reporting.running import Reporting


@pytest.fixture(scope="module")
def reporting(shared_reporting: Reporting) -> Reporting:
    return shared_reporting


def text_of(pdf: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return " ".join(" ".join(page.extract_text().split()) for page in pages)


def test_the_report_says_what_the_page_says(reporting: Reporting) -> None:
    answer = reporting.client.get(reporting.path("page.pdf"), as_=ANNA)
    assert answer.status_code == 200 and answer.headers["Content-Type"] == "application/pdf"
    text = text_of(answer.content)
    for told in ("Spring launch", "Valid leads", "25.00 %", "400.00 EUR", "Budget lines", "n/a"):
        assert told in text


def test_a_report_in_chinese_has_names_that_are_no_markup(reporting: Reporting) -> None:
    campaign = new_id()
    name = '春季 #panic("no") *x* $y$'
    reporting.hear(message(designed(campaign, name=name, code="引号"), campaign))
    answer = reporting.client.get(f"/campaigns/{campaign}/page.pdf?lang=zh", as_=ANNA)
    text = text_of(answer.content)
    assert '#panic("no") *x* $y$' in text.replace("”", '"').replace("“", '"')
    assert "有效线索" in text and "春季" in text


def test_it_is_for_the_readers_of_the_page(reporting: Reporting) -> None:
    path = reporting.path("page.pdf")
    assert reporting.client.get(path, as_=SAM).status_code == 404
    assert reporting.client.get(path, as_=REP).status_code == 403
    assert reporting.client.get(path).status_code == 401


def test_a_press_that_breaks_takes_nothing_with_it() -> None:
    with pytest.raises(Unavailable):
        paper.press(b'{"language": "en"}')
