"""The browser of the tests notices what a page must not do, and leaves nothing behind."""

import signal
from pathlib import Path
from urllib.parse import quote

import pytest

from fanfare.local.chromium import ChromiumDriver, find_programs
from fanfare.local.process import descendants, wait_until
from tests.harness.browser import PHONE, Browser, Stop
from tests.harness.webdriver import Session, WebDriverError


def page(body: str) -> str:
    """The address of a page without a server."""
    return "data:text/html," + quote(f'<!doctype html><html lang="en"><title>A page</title>{body}')


def test_a_page_that_logs_an_error_is_noticed(browser: Browser) -> None:
    browser.open(page("<script>console.error('it broke')</script>"))
    (problem,) = browser.problems()
    assert problem.startswith("console, console-api: ") and "it broke" in problem


def test_a_script_that_fails_is_noticed(browser: Browser) -> None:
    browser.open(page("<script>nothing.here()</script>"))
    (problem,) = browser.problems()
    assert "nothing is not defined" in problem


def test_a_page_that_asks_another_host_is_noticed_and_gets_nothing(browser: Browser) -> None:
    browser.open(page("<img alt='' src='https://cdn.example/x.png'>"))
    asked, failed = browser.problems()
    assert asked == "asked for https://cdn.example/x.png"
    assert "ERR_NAME_NOT_RESOLVED" in failed


def test_what_was_told_once_is_not_told_again(browser: Browser) -> None:
    browser.open(page("<script>console.error('it broke')</script>"))
    assert browser.problems()
    assert browser.problems() == []


def test_the_tab_key_tells_where_it_leads(browser: Browser) -> None:
    browser.open(page("<a href='/'>Home</a><p>Text</p><button>Go</button>"))
    assert browser.tour() == [Stop("link", "Home", visible=True), Stop("button", "Go", visible=True)]


def test_a_focus_that_one_hardly_sees_is_told_from_one_that_stands_out(browser: Browser) -> None:
    outlines = ("none", "3px solid #ffbf47", "3px solid #0b57d0")
    browser.open(page("".join(f"<button style='outline: {one}'>Go</button>" for one in outlines)))
    assert [stop.visible for stop in browser.tour()] == [False, False, True]


def test_a_page_that_keeps_people_out_is_told_from_one_that_does_not(browser: Browser) -> None:
    browser.open(page("<main><h1>Hello</h1><label>Name <input></label></main>"))
    assert browser.barriers() == []
    browser.open(page("<main><h1>Hello</h1>Name <input></main>"))
    (barrier,) = browser.barriers()
    assert barrier.startswith("critical: label at input: ")


def test_a_page_that_is_too_wide_for_a_phone_is_told_from_one_that_is_not(browser: Browser) -> None:
    browser.resize(PHONE)
    phone = '<meta name="viewport" content="width=device-width, initial-scale=1">'
    browser.open(page(f"{phone}<p>Text</p>"))
    assert browser.fits
    for wide in (f"{phone}<p style='width: 30rem'>Text</p>", "<p>Made for another screen</p>"):
        browser.open(page(wide))
        assert not browser.fits


def test_what_nobody_could_click_is_not_clicked(browser: Browser) -> None:
    browser.open(page("<button hidden>Go</button>"))
    with pytest.raises(WebDriverError, match="not interactable"):
        browser.click("button")


@pytest.mark.skipif(find_programs() is None, reason="there is no Chromium with its driver")
@pytest.mark.parametrize("end", ["orderly", "killed"])
def test_a_browser_leaves_no_process_and_no_file_behind(end: str) -> None:
    with ChromiumDriver() as driver:
        session = Session(driver.url, driver.capabilities)
        below = descendants(driver.process.pid)
        if end == "orderly":
            session.close()
        else:
            driver.process.signal(signal.SIGKILL)
        assert len(below) > 2 and wait_until(lambda: not any(map(alive, below)), seconds=10)
    assert not driver.folder.exists()


def alive(pid: int) -> bool:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"
