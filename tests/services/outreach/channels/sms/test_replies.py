"""What people text back has its effect: once, and on whom it concerns."""

from contracts.outreach import AnswerReceived, SuppressionAdded, SuppressionRemoved
from services.outreach.channels.sms.inbound import take_message
from services.outreach.mailings.model import Delivery
from services.outreach.suppressions.actions import suppress_by_hand
from services.outreach.suppressions.queries import standing
from tests.services.outreach.builders import MIA, DatabaseOf, know, published
from tests.services.outreach.channels.sms.texting import (
    a_phone,
    a_text,
    arrive,
    inbound,
    later,
    sent,
    taken,
    work_off,
)


def test_stop_suppresses_the_contact_for_sms_and_says_what_it_answered(database_of: DatabaseOf) -> None:
    database = database_of("outreach")
    card = a_phone()
    delivery_id = sent(database, card)
    arrive(database, a_text("Stop!"))
    work_off(database)
    (added,) = published(database, SuppressionAdded)
    with database.reading() as session:
        delivery = session.get_one(Delivery, delivery_id)
    assert (added.contact_id, added.channel, added.reason) == (card.contact_id, "sms", "unsubscribed")
    assert added.target_id == delivery.target_id
    (row,) = inbound(database)
    assert (row.outcome, row.source, row.department) == ("unsubscribed", "+4915100000001", "north")


def test_stop_is_for_everybody_with_that_number_and_for_nobody_else(database_of: DatabaseOf) -> None:
    database = database_of("outreach")
    here, there, other = a_phone(1), a_phone(1, department="south"), a_phone(2)
    know(database, here, there, other)
    arrive(database, a_text("退订"), a_text("退订"))
    work_off(database)
    stopped = {one.contact_id for one in published(database, SuppressionAdded)}
    assert stopped == {here.contact_id, there.contact_id}
    assert len(published(database, SuppressionAdded)) == 2


def test_start_takes_back_what_stop_did_and_nothing_else(database_of: DatabaseOf) -> None:
    database = database_of("outreach")
    own, ours = a_phone(1), a_phone(2)
    know(database, own, ours)
    with database.transaction(MIA) as session:
        suppress_by_hand(session, MIA, contact_id=ours.contact_id, channel="sms")
    arrive(database, a_text("STOP"))
    work_off(database)
    arrive(database, a_text("START"), a_text("START", source="4915100000002"))
    work_off(database)
    assert [one.contact_id for one in published(database, SuppressionRemoved)] == [own.contact_id]
    with database.reading() as session:
        assert standing(session, own.contact_id, "sms") is None
        assert standing(session, ours.contact_id, "sms") is not None


def test_any_other_text_answers_the_latest_sms_to_that_number(database_of: DatabaseOf) -> None:
    database = database_of("outreach")
    card = a_phone()
    sent(database, card)
    latest = sent(database, card)
    arrive(database, a_text("Is there parking?"), a_text("Yes"))
    work_off(database)
    answers = published(database, AnswerReceived)
    with database.reading() as session:
        target_id = session.get_one(Delivery, latest).target_id
    assert [(one.kind, one.note, one.interested, one.target_id) for one in answers] == [
        ("sms", "Is there parking?", None, target_id),
        ("sms", "Yes", True, target_id),
    ]
    assert [row.delivery_id for row in inbound(database)] == [latest, latest]


def test_the_same_answer_delivered_twice_counts_once(database_of: DatabaseOf) -> None:
    database = database_of("outreach")
    sent(database, a_phone())
    arrive(database, a_text("Yes"))
    work_off(database)
    arrive(database, a_text("Yes"))
    work_off(database)
    assert len(published(database, AnswerReceived)) == 1
    assert [row.outcome for row in inbound(database)] == ["answered", "repeated"]


def test_a_long_answer_is_read_whole_in_the_order_of_its_parts(database_of: DatabaseOf) -> None:
    database = database_of("outreach")
    sent(database, a_phone())
    second, first = bytes([5, 0, 3, 9, 2, 2]), bytes([5, 0, 3, 9, 2, 1])
    arrive(database, a_text("our whole team.", udh=second))
    work_off(database)
    assert published(database, AnswerReceived) == []
    arrive(database, a_text("I come with ", udh=first))
    later(database, seconds=20)
    work_off(database)
    (answer,) = published(database, AnswerReceived)
    assert answer.note == "I come with our whole team."
    assert sorted(row.outcome for row in inbound(database)) == ["answered", "joined"]


def test_a_part_whose_others_never_come_is_read_alone(database_of: DatabaseOf) -> None:
    database = database_of("outreach")
    sent(database, a_phone())
    arrive(database, a_text("I come with ", udh=bytes([5, 0, 3, 9, 2, 1])))
    work_off(database)
    later(database, minutes=6)
    work_off(database)
    assert [one.note for one in published(database, AnswerReceived)] == ["I come with "]


def test_a_text_without_a_mailing_to_answer_is_kept_for_people(database_of: DatabaseOf) -> None:
    database = database_of("outreach")
    know(database, a_phone())
    arrive(database, a_text("Who are you?"))
    work_off(database)
    assert [(row.outcome, row.text) for row in inbound(database)] == [("no_delivery", "Who are you?")]


def test_an_unknown_number_is_waited_for_and_then_kept_for_people(database_of: DatabaseOf) -> None:
    database = database_of("outreach")
    arrive(database, a_text("STOP"), a_text("STOP", source="4915100000002"))
    work_off(database)
    assert [row.outcome for row in inbound(database)] == ["", ""]
    late = a_phone(2)
    know(database, late)
    later(database, minutes=11)
    work_off(database)
    assert [row.outcome for row in inbound(database)] == ["unknown_number", "unsubscribed"]
    assert [one.contact_id for one in published(database, SuppressionAdded)] == [late.contact_id]


def test_a_gateway_may_say_the_same_twice(database_of: DatabaseOf) -> None:
    database = database_of("outreach")
    delivery_id = sent(database, a_phone())
    taken(database, delivery_id, "SM1")
    for _ in range(2):
        with database.transaction() as session:
            take_message(
                session, provider_id="SM9", source="+4915100000001", destination="+1", text="Tell\0 me more"
            )
    work_off(database)
    assert [row.text for row in inbound(database)] == ["Tell me more"]
    assert len(published(database, AnswerReceived)) == 1
