"""A mail as the product ships it, before those who judge mails: SpamAssassin with its local tests."""

import re
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from chassis.ids import new_id
from services.outreach.channels.email.writer import EmailWriter
from services.outreach.mailings.audience import Recipient
from services.outreach.mailings.model import Mailing
from services.outreach.templates.content import Content, Edition
from services.outreach.templates.model import contact_values
from tests.services.outreach.builders import settings
from tests.services.outreach.channels.email.test_dkim import SETTING, verified

MOST_POINTS = 2.0
HTML = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{{ campaign_name }}</title></head>
<body><p>Dear {{ given_name }} {{ family_name }},</p>
<p>on 14 May we open the doors of our laboratory for the measuring seminar, and we would like {{ company }} to
be there. In the morning there are three talks, in the afternoon you can try the instruments yourself.</p>
<p><a href="{{ link_0 }}">See the programme</a> or <a href="{{ form_url }}">tell us that you come</a>.</p>
<p>Best regards<br>Your team at Example</p>
<p>You get this mail because you asked for news. <a href="{{ unsubscribe_url }}">Unsubscribe</a></p>
</body></html>
"""
TEXT = """Dear {{ given_name }} {{ family_name }},

on 14 May we open the doors of our laboratory for the measuring seminar, and we would like {{ company }} to
be there. In the morning there are three talks, in the afternoon you can try the instruments yourself.

The programme: {{ link_0 }}
Tell us that you come: {{ form_url }}

Best regards
Your team at Example

You get this mail because you asked for news. Unsubscribe: {{ unsubscribe_url }}
"""


def sample() -> bytes:
    """The mail, signed."""
    content = Content(
        language="en",
        subject="An invitation to our seminar on 14 May",
        html=HTML,
        text=TEXT,
        tracked_html=HTML,
        tracked_text=TEXT,
        link_numbers=(0,),
    )
    edition = Edition(
        template_id=new_id(),
        number=1,
        department="north",
        channel="email",
        contents=[content],
        default_language="en",
        links=["https://www.example.com/seminar"],
    )
    mailing = Mailing(campaign_name="Measuring seminar", campaign_code="SEM-26")
    given = settings(dkim_keys=SETTING, public_url="https://mail.example.com")
    values = contact_values(
        given_name="Lin",
        family_name="Mueller",
        company="Example and Sons",
        email="lin@example.org",
        region="north",
        language="en",
    )
    recipient = Recipient(new_id(), 0, True, "lin@example.org", None, values)
    return EmailWriter(mailing, edition, given).write(recipient, date=datetime.now(UTC)).content


def test_the_sample_carries_signatures_that_hold() -> None:
    assert verified(sample()) == [True, True]


@pytest.mark.skipif(
    shutil.which("spamassassin") is None,
    reason="SpamAssassin is not installed (Debian: apt-get install spamassassin)",
)
@pytest.mark.slow
def test_spamassassin_takes_the_sample_for_a_mail_that_is_wanted(tmp_path: Path) -> None:
    (tmp_path / "prefs").write_text("use_bayes 0\nuse_auto_whitelist 0\n")
    judged = subprocess.run(
        ["spamassassin", "--local", "--test-mode", "--prefspath", str(tmp_path / "prefs")],
        input=sample(),
        capture_output=True,
        check=True,
        timeout=110,
    ).stdout.decode("utf-8", "replace")
    found = re.search(r"X-Spam-Status: \S+ score=(-?[\d.]+)", judged)
    assert found, judged[:2000]
    assert float(found[1]) < MOST_POINTS, judged[judged.find("Content analysis details") :][:2000]
