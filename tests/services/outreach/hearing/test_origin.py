"""Which delivery a mail is about: by what is certain, and never by a guess."""

from uuid import UUID

import pytest

from chassis.ids import new_id
from tests.services.outreach.builders import a_card
from tests.services.outreach.hearing.mails import RETURNED, a_bounce, a_complaint, a_letter
from tests.services.outreach.hearing.postbox import Postbox

LIN = "lin@example.org"
NOBODY = "bounce@example.com"


def returned_with(**fields: str) -> str:
    return RETURNED + "".join(f"{name.replace('_', '-')}: {value}\n" for name, value in fields.items())


def test_the_return_path_names_the_delivery(postbox: Postbox) -> None:
    mail = postbox.get(a_bounce(recipient="forwarded@elsewhere.example"))
    assert (mail.delivery_id, mail.found_by) == (postbox.delivery_id, "return_path")
    assert (mail.contact_id, mail.department) == (postbox.card.contact_id, "north")


@pytest.mark.parametrize("name", ["Delivered-To", "X-Original-To", "To"])
def test_without_an_envelope_the_headers_name_the_return_path(postbox: Postbox, name: str) -> None:
    raw = f"{name}: {postbox.return_path}\n".encode() + a_bounce(to="postmaster@example.com")
    assert postbox.get(raw, to="").found_by == "return_path"


def test_the_return_path_of_the_returned_mail_names_it_too(postbox: Postbox) -> None:
    raw = a_bounce(returned=returned_with(Return_Path=f"<{postbox.return_path}>"))
    assert postbox.get(raw, to=NOBODY).delivery_id == postbox.delivery_id


def test_a_return_path_tampered_with_names_nothing(postbox: Postbox) -> None:
    token = postbox.return_path.partition("@")[0]
    forged = f"{token[:-1]}{'0' if token[-1] != '0' else '1'}@example.com"
    mail = postbox.get(a_bounce(recipient="nobody@example.org"), to=forged)
    assert (mail.state, mail.delivery_id) == ("unmatched", None)
    assert postbox.feedback() == (None, None)


def test_the_message_id_of_the_returned_mail_names_the_delivery(postbox: Postbox) -> None:
    raw = a_bounce(returned=returned_with(Message_ID=f"<{postbox.delivery_id.hex}@example.com>"))
    mail = postbox.get(raw, to=NOBODY)
    assert (mail.delivery_id, mail.found_by) == (postbox.delivery_id, "message_id")


def test_a_complaint_is_found_by_the_mail_that_it_brings_back(postbox: Postbox) -> None:
    raw = a_complaint(returned=returned_with(Message_ID=f"<{postbox.delivery_id.hex}@example.com>"))
    assert postbox.get(raw, to="abuse@example.com").found_by == "message_id"


def test_a_reply_is_found_by_the_mail_that_it_answers(postbox: Postbox) -> None:
    raw = a_letter("Yes", In_Reply_To=f"<{postbox.delivery_id.hex}@example.com>")
    mail = postbox.get(raw, to="news@example.com", sender=LIN)
    assert (mail.state, mail.delivery_id, mail.found_by) == ("done", postbox.delivery_id, "message_id")


def test_of_a_long_thread_the_mail_that_was_answered_counts(postbox: Postbox) -> None:
    later = postbox.send(postbox.card)
    ids = [f"<{one.hex}@example.com>" for one in (postbox.delivery_id, later)]
    raw = a_letter("Yes", In_Reply_To=ids[0], References=" ".join(ids))
    assert postbox.get(raw, to="news@example.com", sender=LIN).delivery_id == postbox.delivery_id


def test_an_id_that_is_none_of_ours_names_nothing(postbox: Postbox) -> None:
    raw = a_letter("Yes", In_Reply_To=f"<{new_id().hex}@example.com>")
    mail = postbox.get(raw, to="news@example.com", sender=LIN)
    assert (mail.state, mail.kind) == ("unmatched", "reply")


def test_a_report_that_names_only_the_address_is_about_the_one_mail_there(postbox: Postbox) -> None:
    mail = postbox.get(a_bounce(recipient="LIN@example.org"), to=NOBODY)
    assert (mail.state, mail.delivery_id, mail.found_by) == ("done", postbox.delivery_id, "address")


def test_of_two_mails_to_the_address_none_is_guessed(postbox: Postbox) -> None:
    other = postbox.send(postbox.card)
    mail = postbox.get(a_bounce(), to=NOBODY)
    assert (mail.state, mail.delivery_id) == ("unmatched", None)
    assert {UUID(one) for one in mail.candidates} == {postbox.delivery_id, other}
    assert postbox.feedback() == (None, None)


def test_two_contacts_with_the_address_are_told_apart_by_nobody(postbox: Postbox) -> None:
    postbox.send(a_card(email=LIN))
    assert postbox.get(a_bounce(), to=NOBODY).state == "unmatched"


def test_a_mail_of_long_ago_is_not_meant_by_an_address(postbox: Postbox) -> None:
    card = a_card(email="mia@example.org")
    postbox.send(card, days_ago=15)
    assert postbox.get(a_bounce(recipient="mia@example.org"), to=NOBODY).state == "unmatched"


def test_a_reply_is_never_matched_by_address(postbox: Postbox) -> None:
    assert postbox.get(a_letter("Hello"), to="news@example.com", sender=LIN).state == "unmatched"
