"""Writing the mails of one mailing."""

from datetime import timedelta
from typing import Any

from chassis.clock import now
from chassis.ids import new_id
from services.outreach.channels.email.writer import EmailWriter
from services.outreach.mailings.audience import Recipient
from services.outreach.mailings.composer import Composer
from services.outreach.mailings.model import Mailing
from services.outreach.templates.model import Template, contact_values
from tests.services.outreach.builders import settings


def a_composer(**changes: Any) -> Composer:
    """The composer of a mailing that has just started."""
    mailing = Mailing(campaign_name="Spring", campaign_code="S")
    template = Template.write(
        name="News",
        department="north",
        subject="Hello {{ given_name }}",
        html="<p>{{ company }}</p>",
        text="{{ campaign_name }}",
        author="mia",
    )
    plain = {
        "mailing_id": new_id(),
        "channel": "email",
        "started_at": now(),
        "contact_seconds": 60.0,
        "writer": EmailWriter(mailing, template, settings()),
    }
    return Composer(**{**plain, **changes})


def a_recipient(*, given_name: str = "Lin", known: bool = True, obstacle: str | None = None) -> Recipient:
    values = contact_values(
        given_name=given_name, family_name="M", company="X", email=None, region="", language=""
    )
    return Recipient(new_id(), 0, known, "lin@example.org", obstacle, values)


def test_one_recipient_that_cannot_be_rendered_fails_alone() -> None:
    good, bad, other = a_recipient(), a_recipient(given_name="\ud800"), a_recipient()
    result = a_composer().sort([good, bad, other])
    assert [one.delivery_id for one in result.messages] == [good.delivery_id, other.delivery_id]
    (ending,) = result.endings
    assert (ending.delivery_id, ending.outcome) == (bad.delivery_id, "failed")
    assert ending.reason.startswith("cannot be rendered: ")


def test_an_unknown_contact_is_waited_for_at_first_and_fails_later() -> None:
    unknown = a_recipient(known=False)
    assert a_composer().sort([unknown]).unknown == [unknown.delivery_id]
    late = a_composer(started_at=now() - timedelta(seconds=61)).sort([unknown])
    assert [(one.outcome, one.reason) for one in late.endings] == [("failed", "unknown_contact")]


def test_a_mailing_that_cannot_be_written_still_respects_who_unsubscribed() -> None:
    stopped, other = a_recipient(obstacle="unsubscribed"), a_recipient()
    result = a_composer(writer=None, fault="channel_unavailable").sort([stopped, other])
    assert [(one.outcome, one.reason) for one in result.endings] == [
        ("suppressed", "unsubscribed"),
        ("failed", "channel_unavailable"),
    ]
