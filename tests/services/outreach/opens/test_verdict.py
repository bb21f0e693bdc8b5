"""Machines are told from persons by what they say of themselves, and by being too fast."""

import pytest

from services.outreach.opens.verdict import Sight, judge

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
GMAIL = "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)"


@pytest.mark.parametrize(
    "agent",
    [
        FIREFOX,
        GMAIL,
        "Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)",
        "Microsoft Outlook 16.0.18025; Pro",
        "YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html",
    ],
)
def test_a_mail_program_is_a_person(agent: str) -> None:
    assert not judge(Sight("GET", agent, 60.0)).machine


@pytest.mark.parametrize(
    ("agent", "rule"),
    [
        ("", "no_agent"),
        ("Mozilla/5.0", "mail_privacy_protection"),
        ("Barracuda Sentinel (EE)", "security_scanner"),
        ("Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)", "link_preview"),
        ("Mozilla/5.0 (compatible; SomeBot/2.0)", "crawler"),
        ("python-requests/2.33", "program"),
        ("curl/8.5.0", "program"),
    ],
)
def test_a_program_is_a_machine_by_name(agent: str, rule: str) -> None:
    verdict = judge(Sight("GET", agent, 60.0))
    assert (verdict.machine, verdict.rule) == (True, rule)


def test_nobody_reads_a_mail_the_moment_it_arrives() -> None:
    assert judge(Sight("GET", FIREFOX, 0.5)).rule == "too_soon"
    assert not judge(Sight("GET", FIREFOX, None)).machine


def test_whoever_only_asks_for_the_headers_is_a_machine() -> None:
    assert judge(Sight("HEAD", FIREFOX, 60.0)).machine
