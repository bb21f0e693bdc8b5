"""Soft bounces in a row end as a hard one; what is our own fault never does."""

import pytest

from contracts.outreach import SuppressionAdded
from services.outreach.mailings.feedback import Heard, record_feedback
from tests.services.outreach.builders import published
from tests.services.outreach.hearing.conftest import MakePostbox
from tests.services.outreach.hearing.mails import a_bounce
from tests.services.outreach.hearing.postbox import PATHS, Postbox

FULL = {"status": "5.2.2", "answer": "552 5.2.2 <lin@example.org>: Mailbox full"}
BLOCKED = {"status": "5.7.1", "answer": "550 5.7.1 blocked using Spamhaus"}


@pytest.fixture
def postbox(make_postbox: MakePostbox) -> Postbox:
    return make_postbox(soft_bounces=3, soft_bounce_days=4)


def bounces(postbox: Postbox, *, days_ago: tuple[float, ...], **bounce: str) -> list[str | None]:
    """Mails of so many days ago that all came back. Returns what is known of each."""
    sent = [postbox.send(postbox.card, days_ago=days) for days in days_ago]
    for delivery_id in sent:
        postbox.get(a_bounce(**bounce), to=PATHS.address_of(delivery_id))
    return [postbox.feedback(delivery_id)[0] for delivery_id in sent]


def test_so_many_in_a_row_over_so_many_days_are_a_hard_one(postbox: Postbox) -> None:
    assert bounces(postbox, days_ago=(9, 6, 4), **FULL) == ["bounced_soft", "bounced_soft", "bounced_hard"]
    (added,) = published(postbox.database, SuppressionAdded)
    assert added.reason == "bounced"


def test_fewer_are_not(postbox: Postbox) -> None:
    assert bounces(postbox, days_ago=(9, 4), **FULL) == ["bounced_soft"] * 2


def test_so_many_within_a_day_are_not(postbox: Postbox) -> None:
    assert bounces(postbox, days_ago=(3.9, 3.6, 3.3, 3), **FULL) == ["bounced_soft"] * 4


def test_a_mail_that_arrived_in_between_ends_the_row(postbox: Postbox) -> None:
    assert bounces(postbox, days_ago=(20, 16), **FULL) == ["bounced_soft"] * 2
    postbox.send(postbox.card, days_ago=12)
    assert bounces(postbox, days_ago=(8, 4), **FULL) == ["bounced_soft"] * 2


def test_bounces_that_are_about_us_never_count(postbox: Postbox) -> None:
    assert bounces(postbox, days_ago=(20, 16, 12, 8, 4), **BLOCKED) == ["bounced_soft"] * 5


def test_bounces_about_us_neither_count_nor_end_the_row(postbox: Postbox) -> None:
    bounces(postbox, days_ago=(20, 16), **FULL)
    bounces(postbox, days_ago=(12,), **BLOCKED)
    assert bounces(postbox, days_ago=(8,), **FULL) == ["bounced_hard"]


def test_what_was_heard_otherwise_counts_too(postbox: Postbox) -> None:
    earlier = [postbox.send(postbox.card, days_ago=days) for days in (9, 6)]
    with postbox.database.transaction() as session:
        record_feedback(session, [Heard(one, "bounced_soft", "mailbox_full") for one in earlier])
    assert bounces(postbox, days_ago=(4,), **FULL) == ["bounced_hard"]
