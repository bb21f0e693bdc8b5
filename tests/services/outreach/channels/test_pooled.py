"""Calls that block are made a few at a time, and none of them can hold a sender up for ever."""

import threading
import time

from chassis.ids import new_id
from services.outreach.channels.channel import Answer, Message
from services.outreach.channels.pooled import Pooled


def messages(count: int) -> list[Message]:
    return [Message(new_id(), str(number), b"") for number in range(count)]


def answers_of(pool: Pooled, given: list[Message]) -> dict[str, Answer]:
    """The answers by the addresses of their messages; each message has exactly one."""
    found = [one for page in pool.deliver(given, patience=0.1) for one in page]
    assert sorted(one.delivery_id for one in found) == sorted(one.delivery_id for one in given)
    address = {one.delivery_id: one.address for one in given}
    return {address[one.delivery_id]: one for one in found}


def test_each_message_gets_its_own_answer() -> None:
    def send(message: Message) -> Answer:
        return Answer(message.delivery_id, "accepted", message.address)

    pool = Pooled(send, name="test", connections=3, seconds=5)
    found = answers_of(pool, messages(20))
    pool.close()
    assert {address: one.text for address, one in found.items()} == {str(one): str(one) for one in range(20)}


def test_a_call_that_hangs_leaves_its_message_uncertain_and_the_others_go_on() -> None:
    let_go = threading.Event()

    def send(message: Message) -> Answer:
        if message.address == "0":
            let_go.wait(20)
        return Answer(message.delivery_id, "accepted", "")

    pool = Pooled(send, name="test", connections=1, seconds=0.3)
    began = time.monotonic()
    found = answers_of(pool, messages(4))
    lasted = time.monotonic() - began
    let_go.set()
    pool.close()
    assert (found["0"].fate, found["0"].text) == ("uncertain", "no answer within 0.3 s")
    assert {found[str(number)].fate for number in (1, 2, 3)} == {"accepted"}
    assert lasted < 10


def test_a_call_that_falls_over_leaves_its_message_uncertain() -> None:
    def send(message: Message) -> Answer:
        raise KeyError(message.address)

    pool = Pooled(send, name="test", connections=1, seconds=5)
    (found,) = answers_of(pool, messages(1)).values()
    pool.close()
    assert (found.fate, found.text) == ("uncertain", "KeyError: '0'")
