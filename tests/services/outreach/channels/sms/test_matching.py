"""Receipts find their copies, whenever they come and however the id is spelled."""

import pytest

from contracts.outreach import MailingFeedback
from services.outreach.channels.channel import Answer
from services.outreach.channels.sms.inbound import Inbox, take_receipt
from tests.services.outreach.builders import DatabaseOf, know, published
from tests.services.outreach.channels.sms.texting import (
    a_phone,
    arrive,
    heard,
    later,
    receipt,
    sent,
    taken,
    waiting_receipts,
    work_off,
)


def test_a_receipt_is_recorded_with_its_copy_and_published_once(database_of: DatabaseOf) -> None:
    database = database_of("outreach")
    delivery_id = sent(database, a_phone(), "77")
    arrive(database, receipt("77"), receipt("77"))
    assert work_off(database) == 2
    assert heard(database, delivery_id) == ("delivered", "delivrd")
    assert waiting_receipts(database) == {}
    (page,) = published(database, MailingFeedback)
    assert [one.kind for one in page.feedback] == ["delivered"]


def test_a_receipt_that_comes_before_the_answer_is_recorded_waits_for_it(database_of: DatabaseOf) -> None:
    database = database_of("outreach")
    delivery_id = sent(database, a_phone())
    arrive(database, receipt("77"))
    work_off(database)
    assert (heard(database, delivery_id), waiting_receipts(database)) == ((None, None), {"77": "waiting"})
    taken(database, delivery_id, "77")
    later(database, seconds=2)
    work_off(database)
    assert heard(database, delivery_id) == ("delivered", "delivrd")


@pytest.mark.parametrize(
    ("given", "reported"), [("1f40", "8000"), ("00001F40", "8000"), ("8000", "1f40"), ("0000008000", "8000")]
)
def test_an_id_is_found_in_hexadecimal_and_in_decimal(
    *, database_of: DatabaseOf, given: str, reported: str
) -> None:
    database = database_of("outreach")
    delivery_id = sent(database, a_phone(), given)
    arrive(database, receipt(reported))
    work_off(database)
    assert heard(database, delivery_id)[0] == "delivered"


def test_the_number_decides_where_an_id_could_mean_two_copies(database_of: DatabaseOf) -> None:
    database = database_of("outreach")
    in_hexadecimal, in_decimal = sent(database, a_phone(1), "1000"), sent(database, a_phone(2), "4096")
    arrive(database, receipt("4096", source="4915100000001", stat="EXPIRED"))
    work_off(database)
    assert heard(database, in_hexadecimal)[0] == "bounced_soft"
    assert heard(database, in_decimal)[0] is None


def test_a_contact_who_changed_the_number_is_still_found_by_the_id(database_of: DatabaseOf) -> None:
    database = database_of("outreach")
    card = a_phone(1)
    delivery_id = sent(database, card, "77")
    know(database, a_phone(2, contact_id=card.contact_id, version=2))
    arrive(database, receipt("77", source="4915100000001"))
    work_off(database)
    assert heard(database, delivery_id)[0] == "delivered"


def test_a_message_in_parts_is_delivered_when_all_its_parts_are(database_of: DatabaseOf) -> None:
    database = database_of("outreach")
    delivery_id = sent(database, a_phone(), "77 78 79")
    Inbox(database, region="DE").store_parts([Answer(delivery_id, "accepted", "", "77 78 79")])
    arrive(database, receipt("77"), receipt("79"))
    work_off(database)
    assert heard(database, delivery_id)[0] is None
    arrive(database, receipt("78"))
    work_off(database)
    assert heard(database, delivery_id)[0] == "delivered"


def test_a_message_in_parts_bounces_with_any_of_them(database_of: DatabaseOf) -> None:
    database = database_of("outreach")
    delivery_id = sent(database, a_phone(), "77 78")
    Inbox(database, region="DE").store_parts([Answer(delivery_id, "accepted", "", "77 78")])
    arrive(database, receipt("78", stat="UNDELIV", err="034"))
    work_off(database)
    assert heard(database, delivery_id) == ("bounced_soft", "part 2 undeliv 034")


def test_a_receipt_of_nothing_of_ours_is_set_aside_after_a_day_and_holds_up_no_other(
    database_of: DatabaseOf,
) -> None:
    database = database_of("outreach")
    delivery_id = sent(database, a_phone(), "77")
    arrive(database, receipt("1"), receipt("not-ours"), receipt("77"))
    work_off(database)
    assert heard(database, delivery_id)[0] == "delivered"
    assert set(waiting_receipts(database).values()) == {"waiting"}
    later(database, days=2)
    work_off(database)
    assert waiting_receipts(database) == {"1": "unmatched", "not-ours": "unmatched"}
    assert work_off(database) == 0


def test_a_gateways_news_takes_the_same_way(database_of: DatabaseOf) -> None:
    database = database_of("outreach")
    fine, gone = sent(database, a_phone(1), "SM1"), sent(database, a_phone(2), "SM2")
    with database.transaction() as session:
        assert not take_receipt(session, provider_id="SM1", status="sent", number="+4915100000001")
        assert take_receipt(session, provider_id="SM1", status="delivered", number="+4915100000001")
        assert take_receipt(session, provider_id="SM2", status="undelivered", error="30005")
    work_off(database)
    assert heard(database, fine)[0] == "delivered"
    assert heard(database, gone) == ("bounced_hard", "undelivered 30005")
