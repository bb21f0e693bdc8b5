"""Which kind of mail it is."""

import pytest

from services.outreach.hearing.reading import understand
from tests.services.outreach.hearing.mails import RETURNED, a_bounce, a_complaint, a_letter

LIN = "lin@example.org"
QMAIL = (
    "Hi. This is the qmail-send program at example.net.\nI'm afraid I wasn't able to deliver your message "
    "to the following addresses.\n\n<lin@example.org>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n"
    f"--- Below this line is a copy of the message.\n\n{RETURNED}"
)


def kind_of(raw: bytes, *, sender: str = "") -> str:
    return understand(raw, sender=sender)[1].kind


@pytest.mark.parametrize(
    ("action", "kind"),
    [("failed", "bounce"), ("delayed", "delay"), ("delivered", "receipt"), ("relayed", "receipt")],
)
def test_a_report_is_what_its_action_says(action: str, kind: str) -> None:
    assert kind_of(a_bounce(action=action)) == kind


def test_a_bounce_in_no_standard_form_is_one_by_who_writes_it() -> None:
    raw = a_letter(QMAIL, From="MAILER-DAEMON@example.net", Subject="failure notice")
    _, reading = understand(raw, sender="")
    (finding,) = reading.findings
    assert (reading.kind, finding.address) == ("bounce", LIN)
    assert (finding.judgement.meaning, finding.judgement.reason) == ("hard", "unknown_user")


def test_a_bounce_names_what_it_says_of_each_recipient() -> None:
    text = (
        "This message was created automatically.\n\n  lin@example.org\n    SMTP error from remote mail "
        "server after RCPT TO:<lin@example.org>:\n    550 5.1.1 User unknown\n  mia@example.org\n"
        "    552 5.2.2 mailbox is full\n"
    )
    raw = a_letter(text, From="Mailer-Daemon@example.net", Subject="Mail delivery failed")
    _, reading = understand(raw, sender="")
    told = [(one.address, one.judgement.meaning, one.judgement.reason) for one in reading.findings]
    assert told == [(LIN, "hard", "unknown_user"), ("mia@example.org", "soft", "mailbox_full")]


def test_a_notice_from_a_machine_that_says_nothing_known_is_unrecognised() -> None:
    raw = a_letter("Zorp frobnicated your quux.", From="postmaster@example.net", Subject="Zorp")
    assert kind_of(raw) == "unrecognised"


@pytest.mark.parametrize(
    ("feedback_type", "kind"),
    [
        ("abuse", "complaint"),
        ("fraud", "complaint"),
        ("opt-out", "unsubscribe"),
        ("not-spam", "unrecognised"),
    ],
)
def test_a_feedback_report_is_what_its_type_says(feedback_type: str, kind: str) -> None:
    assert kind_of(a_complaint(feedback_type=feedback_type)) == kind


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Auto_Submitted": "auto-replied (vacation)"},
        {"X_Autoreply": "yes"},
        {"Precedence": "auto_reply"},
        {"Subject": "Out of office: News"},
        {"Subject": "Automatische Antwort: News"},
        {"Subject": "自动回复: News"},
        {"Subject": "Réponse automatique : News"},
        {"From": "no-reply@example.org"},
    ],
)
def test_what_a_machine_answers_is_no_reply(headers: dict[str, str]) -> None:
    assert kind_of(a_letter("I am away until Monday.", **headers), sender=LIN) == "auto_reply"


def test_who_says_that_no_machine_wrote_is_believed() -> None:
    assert kind_of(a_letter("Yes, call me.", Auto_Submitted="no"), sender=LIN) == "reply"


def test_an_automatic_answer_of_somebody_who_left_is_no_bounce() -> None:
    raw = a_letter("I no longer work here. My new address is x@y.example.", Auto_Submitted="auto-replied")
    assert kind_of(raw) == "auto_reply"


def test_a_challenge_is_no_reply() -> None:
    text = "Please confirm your message by clicking the link below, so that it reaches me."
    raw = a_letter(text, Subject="Please verify your e-mail", Auto_Submitted="auto-replied")
    assert kind_of(raw, sender=LIN) == "challenge"


def test_a_reply_gives_the_words_of_the_person() -> None:
    text = "Please call me on Monday.\n\nLin\n\nOn Mon, 1 Nov 2026, News <news@example.com> wrote:\n> Hi"
    _, reading = understand(a_letter(text), sender=LIN)
    assert (reading.kind, reading.words) == ("reply", "Please call me on Monday.\n\nLin")


def test_a_person_who_writes_about_a_bounce_is_no_bounce() -> None:
    raw = a_letter("I tried to mail you and got 550 5.1.1 User unknown. What now?", Subject="Your address")
    assert kind_of(raw, sender=LIN) == "reply"


def test_a_mail_with_nothing_in_it_is_unrecognised() -> None:
    assert kind_of(a_letter(""), sender=LIN) == "unrecognised"


def test_the_way_out_by_mail_is_taken_from_the_subject() -> None:
    assert kind_of(a_letter("", Subject="unsubscribe"), sender=LIN) == "unsubscribe"
