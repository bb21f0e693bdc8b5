"""Writing the mails of one mailing."""

from datetime import timedelta
from typing import Any

from msgspec.structs import replace

from chassis.clock import now
from chassis.ids import new_id
from services.outreach.channels.channel import Message
from services.outreach.channels.email.writer import EmailWriter
from services.outreach.mailings.audience import Recipient
from services.outreach.mailings.composer import Composer, Script
from services.outreach.mailings.ledger import Ending
from services.outreach.mailings.model import Mailing
from services.outreach.templates.content import Content, Edition
from services.outreach.templates.model import contact_values
from tests.services.outreach.builders import settings


def a_composer(*, script: Script | None = None, **changes: Any) -> Composer:
    """The composer of a mailing that has just started."""
    mailing = Mailing(campaign_name="Spring", campaign_code="S")
    content = Content(
        language="en",
        subject="Hello {{ given_name }}",
        html="",
        text="",
        tracked_html="<p>{{ company }}</p>",
        tracked_text="{{ campaign_name }}",
    )
    edition = Edition(
        template_id=new_id(),
        number=1,
        department="north",
        channel="email",
        contents=[content],
        default_language="en",
    )
    chosen = script or Script(EmailWriter(mailing, edition, settings()))
    plain = {
        "mailing_id": new_id(),
        "channel": "email",
        "started_at": now(),
        "contact_seconds": 60.0,
        "script_of": lambda variant: chosen if variant is None else Script(None, "unknown_template"),
    }
    return Composer(**{**plain, **changes})


def a_recipient(*, given_name: str = "Lin", known: bool = True, obstacle: str | None = None) -> Recipient:
    values = contact_values(
        given_name=given_name, family_name="M", company="X", email=None, region="", language=""
    )
    return Recipient(new_id(), 0, known, "lin@example.org", obstacle, values)


def test_one_recipient_that_cannot_be_rendered_fails_alone() -> None:
    composer = a_composer()
    good, bad, other = a_recipient(), a_recipient(given_name="\ud800"), a_recipient()
    copies = [composer.write(one) for one in composer.sort([good, bad, other]).sendable]
    assert [one.delivery_id for one in copies] == [good.delivery_id, bad.delivery_id, other.delivery_id]
    assert [isinstance(one, Message) for one in copies] == [True, False, True]
    ending = copies[1]
    assert isinstance(ending, Ending)
    assert ending.outcome == "failed"
    assert ending.reason.startswith("cannot be rendered: ")


def test_an_address_that_is_none_fails_with_the_reason() -> None:
    ending = a_composer().write(replace(a_recipient(), address="nobody"))
    assert isinstance(ending, Ending)
    assert (ending.outcome, ending.reason) == ("failed", "bad_address")


def test_an_unknown_contact_is_waited_for_at_first_and_fails_later() -> None:
    unknown = a_recipient(known=False)
    assert a_composer().sort([unknown]).unknown == [unknown.delivery_id]
    late = a_composer(started_at=now() - timedelta(seconds=61)).sort([unknown])
    assert [(one.outcome, one.reason) for one in late.endings] == [("failed", "unknown_contact")]


def test_a_mailing_that_cannot_be_written_still_respects_who_unsubscribed() -> None:
    stopped, other = a_recipient(obstacle="unsubscribed"), a_recipient()
    composer = a_composer(script=Script(None, "channel_unavailable"))
    assert [(one.outcome, one.reason) for one in composer.sort([stopped, other]).endings] == [
        ("suppressed", "unsubscribed"),
        ("failed", "channel_unavailable"),
    ]


def test_only_the_variant_whose_template_is_missing_fails() -> None:
    one, other = a_recipient(), replace(a_recipient(), variant=1)
    result = a_composer().sort([one, other])
    assert result.sendable == [one]
    assert [(ending.delivery_id, ending.reason) for ending in result.endings] == [
        (other.delivery_id, "unknown_template")
    ]
