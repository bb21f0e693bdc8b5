"""What comes back by mail reaches its delivery, and has its effect there once."""

import pytest

from contracts.outreach import AnswerReceived, MailingFeedback, SuppressionAdded
from tests.services.outreach.builders import published
from tests.services.outreach.hearing.mails import a_bounce, a_complaint, a_letter
from tests.services.outreach.hearing.postbox import Postbox

LIN = "lin@example.org"
FULL = {"status": "5.2.2", "answer": "552 5.2.2 <lin@example.org>: Mailbox full"}


def test_a_hard_bounce_suppresses_the_contact(postbox: Postbox) -> None:
    mail = postbox.get(a_bounce())
    assert (mail.state, mail.kind, mail.verdict, mail.reason) == ("done", "bounce", "hard", "unknown_user")
    assert mail.rule and mail.rules_version
    assert postbox.feedback() == ("bounced_hard", "unknown_user")
    (added,) = published(postbox.database, SuppressionAdded)
    assert (added.contact_id, added.reason) == (postbox.card.contact_id, "bounced")


def test_a_soft_bounce_is_recorded_and_suppresses_nobody(postbox: Postbox) -> None:
    mail = postbox.get(a_bounce(**FULL))
    assert (mail.state, mail.verdict, mail.reason) == ("done", "soft", "mailbox_full")
    assert postbox.feedback() == ("bounced_soft", "mailbox_full")
    assert published(postbox.database, SuppressionAdded) == []
    (page,) = published(postbox.database, MailingFeedback)
    assert [one.reason for one in page.feedback] == ["mailbox_full"]


def test_a_mail_that_comes_twice_is_kept_once(postbox: Postbox) -> None:
    postbox.get(a_bounce())
    postbox.get(a_bounce())
    assert len(postbox.mails()) == 1


def test_another_bounce_of_the_same_delivery_changes_nothing(postbox: Postbox) -> None:
    postbox.get(a_bounce())
    mail = postbox.get(a_bounce(answer="550 5.1.1 No such user here"))
    assert (mail.state, len(postbox.mails())) == ("done", 2)
    assert len(published(postbox.database, SuppressionAdded)) == 1
    assert len(published(postbox.database, MailingFeedback)) == 1


def test_a_delay_changes_nothing(postbox: Postbox) -> None:
    mail = postbox.get(a_bounce(action="delayed", status="4.4.1", answer="450 4.4.1 timed out"))
    assert (mail.state, mail.kind, mail.verdict) == ("done", "delay", None)
    assert postbox.feedback() == (None, None)


def test_a_receipt_is_recorded(postbox: Postbox) -> None:
    assert postbox.get(a_bounce(action="delivered", status="2.0.0", answer="")).kind == "receipt"
    assert postbox.feedback()[0] == "delivered"


def test_a_complaint_suppresses_the_contact(postbox: Postbox) -> None:
    mail = postbox.get(a_complaint(mail_from=postbox.return_path), to="abuse@example.com")
    assert (mail.state, mail.kind, mail.reason) == ("done", "complaint", "abuse")
    assert postbox.feedback() == ("complained", "abuse")
    (added,) = published(postbox.database, SuppressionAdded)
    assert added.reason == "complained"


def test_an_opt_out_through_the_provider_unsubscribes(postbox: Postbox) -> None:
    postbox.get(a_complaint(feedback_type="opt-out"))
    (added,) = published(postbox.database, SuppressionAdded)
    assert added.reason == "unsubscribed"
    assert postbox.feedback() == (None, None)


def test_a_reply_is_an_answer_with_its_first_words(postbox: Postbox) -> None:
    text = "Please send me an offer.\n\n> Dear Lin,\n> look"
    mail = postbox.get(a_letter(text), sender=LIN)
    assert (mail.kind, mail.answer) == ("reply", "Please send me an offer.")
    (answer,) = published(postbox.database, AnswerReceived)
    assert (answer.kind, answer.note, answer.interested) == ("reply", "Please send me an offer.", None)
    assert answer.contact_id == postbox.card.contact_id


def test_the_same_reply_sent_again_is_one_answer(postbox: Postbox) -> None:
    for number in range(2):
        postbox.get(a_letter("Yes!", Message_ID=f"<{number}@example.org>"), sender=LIN)
    assert len(published(postbox.database, AnswerReceived)) == 1


@pytest.mark.parametrize("words", ["STOP", "unsubscribe", "Abmelden", "退订"])
def test_a_reply_that_says_stop_unsubscribes_and_is_no_answer(postbox: Postbox, words: str) -> None:
    mail = postbox.get(a_letter(f"{words}\n\n> Dear Lin"), sender=LIN)
    assert mail.kind == "unsubscribe"
    (added,) = published(postbox.database, SuppressionAdded)
    assert (added.contact_id, added.reason) == (postbox.card.contact_id, "unsubscribed")
    assert published(postbox.database, AnswerReceived) == []


def test_the_way_out_by_mail_in_our_headers_works(postbox: Postbox) -> None:
    postbox.get(a_letter("", Subject="unsubscribe"), sender=LIN)
    assert [one.reason for one in published(postbox.database, SuppressionAdded)] == ["unsubscribed"]


def test_automatic_answers_are_recorded_and_are_no_answers(postbox: Postbox) -> None:
    mail = postbox.get(a_letter("I am away.", Auto_Submitted="auto-replied"))
    assert (mail.state, mail.kind, mail.delivery_id) == ("done", "auto_reply", postbox.delivery_id)
    assert published(postbox.database, AnswerReceived) == []
    assert postbox.feedback() == (None, None)


def test_a_report_that_failed_for_others_only_is_no_bounce_of_ours(postbox: Postbox) -> None:
    ours = "Final-Recipient: rfc822; lin@example.org\nAction: relayed\nStatus: 2.0.0\n"
    raw = a_bounce(recipient="mia@example.org")
    mail = postbox.get(raw.replace(b"Final-Recipient", ours.encode() + b"\nFinal-Recipient", 1))
    assert (mail.address, mail.verdict) == (LIN, None)
    assert postbox.feedback() == (None, None)


def test_of_a_report_on_several_recipients_ours_counts(postbox: Postbox) -> None:
    other = "Final-Recipient: rfc822; mia@example.org\nAction: failed\nStatus: 5.2.2\n"
    raw = a_bounce().replace(b"Final-Recipient", other.encode() + b"\nFinal-Recipient", 1)
    mail = postbox.get(raw)
    assert (mail.address, mail.verdict) == (LIN, "hard")
