"""The PDUs that are packed by hand, held against smpplib's."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from smpplib import smpp

from services.outreach.channels.sms import pdu
from services.outreach.channels.sms.pdu import Address, Malformed
from services.outreach.channels.sms.receipts import receipt_of, text_of

names = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=11)
numbers = st.from_regex(r"[1-9][0-9]{7,14}", fullmatch=True)
octets = st.binary(min_size=1, max_size=159)
sequences = st.integers(1, 0x7FFFFFFF)


def theirs(command: str, sequence: int, **fields: Any) -> bytes:
    """What smpplib makes of it."""
    made = smpp.make_pdu(command, need_sequence=False, **fields)
    made.sequence = sequence
    octets: bytes = made.generate()
    return octets


@given(sequence=sequences, sender=names, number=numbers, message=octets, coding=st.sampled_from([0, 8]))
def test_a_submission_is_smpplibs_to_the_byte(
    *, sequence: int, sender: str, number: str, message: bytes, coding: int
) -> None:
    body = pdu.submission(
        source=Address(5, 0, sender),
        destination=Address(1, 1, number),
        coding=coding,
        octets=message,
        with_header=True,
        as_payload=False,
        receipt=True,
    )
    assert pdu.header(pdu.SUBMIT_SM, sequence, body=body) == theirs(
        "submit_sm",
        sequence,
        source_addr_ton=5,
        source_addr_npi=0,
        source_addr=sender,
        dest_addr_ton=1,
        dest_addr_npi=1,
        destination_addr=number,
        esm_class=0x40,
        registered_delivery=1,
        data_coding=coding,
        short_message=message,
    )


@given(sequence=sequences, source=numbers, target=names, message=octets, named=names)
def test_a_delivery_of_smpplibs_is_read(
    *, sequence: int, source: str, target: str, message: bytes, named: str
) -> None:
    raw = theirs(
        "deliver_sm",
        sequence,
        source_addr=source,
        destination_addr=target,
        esm_class=4,
        data_coding=3,
        short_message=message,
        receipted_message_id=named,
        message_state=2,
    )
    (one,) = pdu.take(bytearray(raw))
    assert (one.command, one.status, one.sequence) == (pdu.DELIVER_SM, 0, sequence)
    found = pdu.delivered(one.body)
    assert (found.source, found.destination, found.octets) == (source, target, message)
    assert (found.esm_class, found.coding) == (4, 3)
    receipt = receipt_of(found)
    assert receipt is not None
    assert (receipt.provider_id, receipt.kind) == (named, "delivered")


@given(message=octets)
def test_a_payload_stands_in_for_the_short_message(message: bytes) -> None:
    raw = theirs("deliver_sm", 1, source_addr="49", destination_addr="1", message_payload=message)
    (one,) = pdu.take(bytearray(raw))
    assert pdu.delivered(one.body).octets == message


@given(st.lists(st.binary(max_size=40), max_size=8), st.integers(0, 400))
def test_pdus_are_taken_whole_wherever_the_stream_is_cut(bodies: list[bytes], cut: int) -> None:
    stream = b"".join(pdu.header(pdu.DELIVER_SM, number, body=one) for number, one in enumerate(bodies))
    received = bytearray(stream[:cut])
    found = pdu.take(received)
    received += stream[cut:]
    found += pdu.take(received)
    assert [one.body for one in found] == bodies
    assert not received


@given(st.binary(max_size=120))
def test_any_octets_are_a_delivery_or_malformed(body: bytes) -> None:
    try:
        found = pdu.delivered(body)
    except Malformed:
        return
    text_of(found)
    receipt_of(found)


def test_what_came_before_garbage_is_not_lost() -> None:
    received = bytearray(pdu.header(pdu.SUBMIT_SM_RESP, 7, body=b"id\0") + b"\0\0\0\1" + bytes(12))
    assert [one.sequence for one in pdu.take(received)] == [7]
    with pytest.raises(Malformed):
        pdu.take(received)


def test_the_id_of_an_answer_is_read() -> None:
    assert pdu.message_id(b"00ff\0") == "00ff"
    assert pdu.message_id(b"") == ""
