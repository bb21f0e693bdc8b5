"""What is heard of copies is kept, told on, and acted upon, once."""

from datetime import timedelta
from itertools import permutations
from uuid import UUID

import pytest

from chassis.clock import now
from chassis.database import Database
from chassis.ids import new_id
from contracts.lead import ContactCard
from contracts.outreach import MailingFeedback, SuppressionAdded
from services.outreach.mailings.feedback import Heard, record_feedback
from services.outreach.mailings.model import Delivery
from tests.services.outreach.builders import DatabaseOf, a_card, a_mailing, deliveries_of, published

CARD = a_card()


@pytest.fixture
def database(database_of: DatabaseOf) -> Database:
    return database_of("outreach")


def delivery_of(database: Database, card: ContactCard) -> Delivery:
    (delivery,) = deliveries_of(database, a_mailing(database, [card])).values()
    return delivery


def hear(database: Database, *items: Heard) -> int:
    with database.transaction() as session:
        return record_feedback(session, items)


def kept(database: Database, delivery: Delivery) -> str | None:
    return deliveries_of(database, delivery.mailing_id)[delivery.contact_id].feedback


def test_what_was_heard_stands_with_the_delivery_and_goes_out_in_one_page(database: Database) -> None:
    cards = [a_card() for _ in range(3)]
    mailing_id = a_mailing(database, cards)
    deliveries = deliveries_of(database, mailing_id)
    news = [Heard(one.id, "bounced_soft", "mailbox_full", "552 full") for one in deliveries.values()]
    assert hear(database, *news) == 3
    (page,) = published(database, MailingFeedback)
    assert {(one.contact_id, one.kind, one.reason, one.answer) for one in page.feedback} == {
        (card.contact_id, "bounced_soft", "mailbox_full", "552 full") for card in cards
    }
    kept = deliveries_of(database, mailing_id).values()
    assert {(one.feedback, one.feedback_reason) for one in kept} == {("bounced_soft", "mailbox_full")}


@pytest.mark.parametrize(
    ("kind", "reason"),
    [("bounced_hard", "bounced"), ("complained", "complained"), ("returned", "returned")],
)
def test_a_lost_address_and_a_complaint_suppress_the_contact(
    database: Database, kind: str, reason: str
) -> None:
    delivery = delivery_of(database, CARD)
    hear(database, Heard(delivery.id, kind, "user_unknown"))  # type: ignore[arg-type]
    (added,) = published(database, SuppressionAdded)
    assert (added.contact_id, added.channel, added.reason) == (CARD.contact_id, "email", reason)


@pytest.mark.parametrize("kind", ["delivered", "bounced_soft"])
def test_a_receipt_and_a_passing_trouble_suppress_nobody(database: Database, kind: str) -> None:
    hear(database, Heard(delivery_of(database, CARD).id, kind))  # type: ignore[arg-type]
    assert published(database, SuppressionAdded) == []


def test_the_same_news_again_is_no_news(database: Database) -> None:
    delivery = delivery_of(database, CARD)
    one = Heard(delivery.id, "bounced_hard", "user_unknown")
    later = Heard(delivery.id, "bounced_hard", "user_unknown", at=one.at + timedelta(minutes=5))
    assert [hear(database, one, one), hear(database, one), hear(database, later)] == [1, 0, 0]
    assert len(published(database, MailingFeedback)) == 1
    assert len(published(database, SuppressionAdded)) == 1


def test_the_order_in_which_news_comes_makes_no_difference(database: Database) -> None:
    begin = now()

    def news(delivery_id: UUID) -> list[Heard]:
        return [
            Heard(delivery_id, "bounced_soft", at=begin),
            Heard(delivery_id, "delivered", at=begin + timedelta(minutes=1)),
            Heard(delivery_id, "bounced_soft", at=begin + timedelta(minutes=2)),
            Heard(delivery_id, "delivered", at=begin + timedelta(minutes=3)),
        ]

    cards = [a_card() for _ in range(24)]
    deliveries = list(deliveries_of(database, a_mailing(database, cards)).values())
    for delivery, order in zip(deliveries, permutations(range(4)), strict=True):
        for number in order:
            hear(database, news(delivery.id)[number])
    assert {kept(database, one) for one in deliveries} == {"delivered"}


def test_a_complaint_weighs_more_than_whatever_comes_after_it(database: Database) -> None:
    delivery = delivery_of(database, CARD)
    hear(database, Heard(delivery.id, "complained"))
    assert hear(database, Heard(delivery.id, "delivered"), Heard(delivery.id, "bounced_hard")) == 0
    assert kept(database, delivery) == "complained"


def test_news_of_no_delivery_of_ours_is_dropped(database: Database) -> None:
    delivery = delivery_of(database, CARD)
    assert hear(database, Heard(new_id(), "delivered"), Heard(delivery.id, "delivered")) == 1


def test_more_news_than_a_page_holds_goes_out_in_pages(database_of: DatabaseOf) -> None:
    database = database_of("outreach")
    mailing_id = a_mailing(database, [a_card() for _ in range(501)])
    news = [Heard(one.id, "delivered") for one in deliveries_of(database, mailing_id).values()]
    assert hear(database, *news) == 501
    assert [len(page.feedback) for page in published(database, MailingFeedback)] == [500, 1]
