"""The page of a campaign, and the signed links to it."""

import re
from datetime import timedelta
from decimal import Decimal
from urllib.parse import parse_qs, parse_qsl, urlsplit
from xml.etree import ElementTree

import pytest

from chassis import clock
from chassis.errors import Forbidden
from chassis.ids import new_id
from services.reporting.pages.links import check_link, page_url
from services.reporting.pages.showing import shown
from tests.services.reporting.builders import designed, message
from tests.services.reporting.conftest import KEY
from tests.services.reporting.people import ANNA, FEED, REP, SAM
from tests.services.reporting.running import Reporting


@pytest.fixture(scope="module")
def reporting(shared_reporting: Reporting) -> Reporting:
    return shared_reporting


def signed(reporting: Reporting, **body: int) -> str:
    answer = reporting.client.post(reporting.path("page-links"), json=body, as_=ANNA)
    assert answer.status_code == 201
    parts = urlsplit(str(answer.json()["url"]))
    return f"{parts.path}?{parts.query}"


def test_a_signed_link_shows_the_page_to_whoever_has_it(reporting: Reporting) -> None:
    answer = reporting.client.get(signed(reporting))
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "Spring launch" in answer.text


def test_a_link_says_until_when_it_works_and_stops_then(reporting: Reporting) -> None:
    answer = reporting.client.post(reporting.path("page-links"), json={"seconds": 60}, as_=ANNA).json()
    link = urlsplit(answer["url"])
    assert answer["expires_at"].endswith("+00:00")
    assert link.netloc == urlsplit(reporting.client.base_url).netloc
    clock.travel(seconds=61)
    expired = reporting.client.get(f"{link.path}?{link.query}")
    assert expired.status_code == 403
    assert expired.json()["detail"] == "This link has expired"


def test_a_link_from_before_a_new_key_works_while_the_former_one_is_kept() -> None:
    one, new, until = new_id(), "n" * 32, clock.now() + timedelta(minutes=1)

    def check(*, made_with: str, key: str) -> None:
        link = urlsplit(page_url("https://x.example", one, key=made_with, expires_at=until))
        [(_, expires), (_, signature)] = parse_qsl(link.query)
        check_link(one, key=key, expires=int(expires), signature=signature)

    check(made_with=KEY, key=f"{new}\n{KEY}")
    check(made_with=f"{new}\n{KEY}", key=new)
    with pytest.raises(Forbidden):
        check(made_with=KEY, key=new)


@pytest.mark.parametrize("part", ["expires", "signature"])
def test_a_link_that_was_changed_does_not_work(reporting: Reporting, part: str) -> None:
    link = signed(reporting)
    value = parse_qs(urlsplit(link).query)[part][0]
    changed = str(int(value) + 1) if part == "expires" else value[::-1]
    assert reporting.client.get(link.replace(value, changed)).status_code == 403


def test_a_link_does_not_open_another_campaign(reporting: Reporting) -> None:
    other = new_id()
    reporting.hear(message(designed(other), other))
    link = signed(reporting).replace(str(reporting.campaign_id), str(other))
    assert reporting.client.get(link).status_code == 403


def test_the_page_opens_to_readers_of_the_department_without_a_link(reporting: Reporting) -> None:
    path = reporting.path("page")
    assert reporting.client.get(path, as_=ANNA).status_code == 200
    assert reporting.client.get(path, as_=SAM).status_code == 404
    assert reporting.client.get(path, as_=REP).status_code == 403
    assert reporting.client.get(path).status_code == 401


def test_only_readers_of_the_department_sign_links(reporting: Reporting) -> None:
    path = reporting.path("page-links")
    assert reporting.client.post(path, json={}, as_=SAM).status_code == 404
    assert reporting.client.post(path, json={}, as_=FEED).status_code == 403


def test_a_link_for_too_short_or_too_long_is_refused(reporting: Reporting) -> None:
    for seconds in (59, 40_000_000):
        answer = reporting.client.post(reporting.path("page-links"), json={"seconds": seconds}, as_=ANNA)
        assert answer.status_code == 422


def test_the_charts_are_drawn_with_a_table_beside_each(reporting: Reporting) -> None:
    page = _tree(reporting.client.get(reporting.path("page"), as_=ANNA).text)
    charts = {one.get("aria-label"): one for one in page.iter("svg") if one.get("role") == "img"}
    assert charts.keys() == {"Funnel", "Mailing outcomes", "Budget lines"}
    widths = [float(bar.get("width", "")) for bar in charts["Funnel"].iter("rect")]
    assert widths == [260, 195, 130, 130, 65]
    assert [bar.get("class") for bar in charts["Budget lines"].iter("rect")] == [
        "incurred",
        "committed",
        "available",
    ]
    assert len(list(page.iter("table"))) == 5


def test_the_page_runs_no_script_and_loads_nothing_from_elsewhere(reporting: Reporting) -> None:
    answer = reporting.client.get(reporting.path("page"), as_=ANNA)
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'self'")
    assert answer.headers["Cache-Control"] == "private, no-store"
    page = _tree(answer.text)
    assert not list(page.iter("script"))
    assert not [one for one in page.iter() if one.get("style")]
    [sheet] = [one.get("href", "") for one in page.iter("link") if one.get("rel") == "stylesheet"]
    style = reporting.client.get(sheet)
    assert style.headers["Content-Type"] == "text/css; charset=utf-8"
    assert "max-age" in style.headers["Cache-Control"]


def test_a_page_without_any_numbers_says_so(reporting: Reporting) -> None:
    campaign_id = new_id()
    reporting.hear(message(designed(campaign_id, goals=[]), campaign_id))
    text = reporting.client.get(f"/campaigns/{campaign_id}/page", as_=ANNA).text
    assert text.count("Nothing to show yet.") == 3
    assert "No goals are set." in text
    assert "n/a" in text


def test_the_page_speaks_the_language_of_its_reader(reporting: Reporting) -> None:
    path = reporting.path("page")
    text = reporting.client.get(path, as_=ANNA, headers={"Accept-Language": "zh-CN,zh;q=0.9"}).text
    assert '<html lang="zh">' in text and "有效线索" in text
    assert '<html lang="en">' in reporting.client.get(f"{path}?lang=en", as_=ANNA).text
    assert '<html lang="zh">' in reporting.client.get(f"{signed(reporting)}&lang=zh").text


def test_the_same_readers_get_each_table_as_a_file(reporting: Reporting) -> None:
    link = signed(reporting)
    page = reporting.client.get(link).text
    files = [one.replace("&amp;", "&") for one in re.findall(r'href="([^"]+format=[a-z]+[^"]*)"', page)]
    assert len(files) == 10
    for file in files:
        assert reporting.client.get(file).status_code == 200
    path = f"{urlsplit(link).path}/budget"
    assert reporting.client.get(path, as_=ANNA).text.splitlines()[1].startswith("Mail,ann,EUR,1000.0000")
    assert reporting.client.get(path, as_=SAM).status_code == 404
    assert reporting.client.get(path, as_=REP).status_code == 403
    assert reporting.client.get(path).status_code == 401
    assert reporting.client.get(f"{urlsplit(link).path}/weather", as_=ANNA).status_code == 404


def test_a_figure_is_opened_down_to_its_events_some_at_a_time(
    reporting: Reporting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.reporting.pages.trail.AT_ONCE", 2)
    page = reporting.client.get(f"{reporting.path('page')}?lang=en", as_=ANNA).text
    assert len(re.findall(r'href="[^"]+/page/events/valid_leads[^"]*"', page)) == 2, (
        "as a figure and as a goal"
    )
    [link] = re.findall(r'href="([^"]+/page/events/lead_conversion[^"]*)"', page)
    first = reporting.client.get(link, as_=ANNA).text
    assert "<h1>Lead conversion: the events behind it</h1>" in first
    assert re.findall(r"<td>([a-z]+\.[a-z_]+\.v1)</td>", first) == ["mailing.outcomes.v1"] * 2
    assert "From the first on" not in first
    [further] = re.findall(r'href="([^"]+)">Later events<', first)
    rest = reporting.client.get(further.replace("&amp;", "&"), as_=ANNA).text
    assert re.findall(r"<td>([a-z]+\.[a-z_]+\.v1)</td>", rest) == ["lead.qualified.v1"] * 2
    assert "&#34;outcome&#34;: &#34;not_a_target&#34;" in rest
    assert "Later events" not in rest and "From the first on" in rest
    [back] = re.findall(r'href="([^"]+/page\?[^"]*)">Spring launch<', rest)
    assert reporting.client.get(back, as_=ANNA).status_code == 200


def test_events_are_shown_to_readers_who_are_known_and_as_they_were_at_a_past_moment(
    reporting: Reporting,
) -> None:
    assert "/page/events/" not in reporting.client.get(signed(reporting)).text
    path = reporting.path("page/events/leads")
    assert reporting.client.get(signed(reporting).replace("/page", "/page/events/leads")).status_code == 401
    assert reporting.client.get(path, as_=ANNA).text.count("lead.captured.v1") == 2
    past = reporting.client.get(f"{path}?at=2026-11-01T00:00:00", as_=ANNA)
    assert past.status_code == 200 and "lead.captured.v1" not in past.text
    assert reporting.client.get(reporting.path("page/events/applause"), as_=ANNA).status_code == 404


def test_names_cannot_smuggle_markup_into_the_page(reporting: Reporting) -> None:
    campaign_id = new_id()
    reporting.hear(message(designed(campaign_id, name="<script>alert(1)</script>"), campaign_id))
    for page in ("page", "page/events/targets"):
        assert "<script" not in reporting.client.get(f"/campaigns/{campaign_id}/{page}", as_=ANNA).text


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (None, "ratio", "n/a"),
        (1234, "targets", "1,234"),
        (Decimal("0.0625"), "ratio", "6.25 %"),
        (Decimal("1234.5000"), "EUR", "1,234.50 EUR"),
    ],
)
def test_values_are_shown_as_people_read_them(value: int | Decimal | None, unit: str, text: str) -> None:
    assert shown(value, unit) == text


def _tree(page: str) -> ElementTree.Element:
    """The page as a tree; its void elements are closed first, so that it is XML."""
    text = page[page.index("<html") :].replace('charset="utf-8">', 'charset="utf-8"/>')
    text = text.replace('initial-scale=1">', 'initial-scale=1"/>').replace('page.css">', 'page.css"/>')
    return ElementTree.fromstring(text)
