"""Mails are taken apart however broken they are."""

import base64
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.outreach.hearing.parts import take_apart
from services.outreach.hearing.reading import Unreadable, understand
from tests.services.outreach.hearing.mails import MTA, RETURNED, a_bounce, a_complaint, a_letter, a_report

FIELDS = "Final-Recipient: rfc822; lin@example.org\nAction: failed\nStatus: 5.1.1\n"


def test_a_report_gives_its_notice_its_fields_and_the_returned_headers() -> None:
    mail = take_apart(a_bounce(answer="550 5.1.1 no such user"))
    (fields,) = mail.recipients
    assert (fields["status"], fields["action"]) == ("5.1.1", "failed")
    assert "host mx said" in mail.notice
    assert "Subject: News" in mail.returned
    assert "Subject: News" not in mail.notice


def test_each_recipient_of_a_report_has_a_block() -> None:
    second = FIELDS.replace("lin@", "mia@").replace("5.1.1", "5.2.2")
    mail = take_apart(
        a_report(("text/plain", "Sorry"), ("message/delivery-status", f"{MTA}\n{FIELDS}\n{second}"))
    )
    assert [block["status"] for block in mail.recipients] == ["5.1.1", "5.2.2"]


def test_folded_fields_are_joined() -> None:
    folded = f"{FIELDS}Diagnostic-Code: smtp; 550 5.1.1\n    no such\n\tuser\n"
    mail = take_apart(a_report(("text/plain", "x"), ("message/delivery-status", f"{MTA}\n{folded}")))
    assert mail.recipients[0]["diagnostic-code"] == "smtp; 550 5.1.1 no such user"


def test_a_report_in_base64_is_read() -> None:
    coded = base64.encodebytes(f"{MTA}\n{FIELDS}".encode()).decode()
    raw = a_report(("text/plain", "x"), ("message/delivery-status", coded))
    raw = raw.replace(
        b"Content-Type: message/delivery-status\n",
        b"Content-Type: message/delivery-status\nContent-Transfer-Encoding: base64\n",
    )
    assert [block["status"] for block in take_apart(raw).recipients] == ["5.1.1"]


def test_a_boundary_that_is_not_the_one_between_the_parts_is_mended() -> None:
    raw = a_bounce().replace(b'boundary="b1"', b'boundary="another"')
    assert [block["status"] for block in take_apart(raw).recipients] == ["5.1.1"]


def test_fields_in_running_text_are_found() -> None:
    mail = take_apart(
        a_letter(f"It did not work.\n\nAction: failed\n{FIELDS}", From="MAILER-DAEMON@x.example")
    )
    assert mail.recipients[0]["status"] == "5.1.1"


def test_a_report_passed_on_as_an_attachment_is_read() -> None:
    whole = a_bounce().decode()
    raw = 'Subject: Fwd\nContent-Type: multipart/mixed; boundary="b9"\n\n--b9\n\nlook\n--b9\n'
    raw += f"Content-Type: message/rfc822\n\n{whole}\n--b9--\n"
    assert [block["status"] for block in take_apart(raw.encode()).recipients] == ["5.1.1"]


@pytest.mark.parametrize(
    "above",
    [
        "--- Below this line is a copy of the message.",
        "------ This is a copy of the message, including all the headers. ------",
        "   ----- Original message follows -----",
        "Message headers follow.",
        "",
    ],
)
def test_the_copy_of_the_mail_below_a_notice_is_no_part_of_the_notice(above: str) -> None:
    text = f"Sorry, no mailbox here by that name.\n{above}\n{RETURNED}\nThe mailbox is full of our offers!\n"
    mail = take_apart(a_letter(text))
    assert "full" not in mail.notice
    assert "Subject: News" in mail.returned


def test_the_transcript_of_a_session_is_part_of_the_notice() -> None:
    mail = take_apart(
        a_letter("   ----- Transcript of session follows -----\n>>> RCPT To:<a@b.c>\n<<< 550 no\n")
    )
    assert "<<< 550 no" in mail.notice


def test_a_notice_without_plain_text_is_read_from_its_page() -> None:
    raw = b"From: postmaster@x.example\nContent-Type: text/html; charset=utf-8\n\n"
    raw += "<style>p{}</style><p>Größe:</p><p>user <b>unknown</b></p>".encode()
    assert take_apart(raw).notice.split() == ["Größe:", "user", "unknown"]


def test_japanese_without_a_charset_is_read() -> None:
    raw = b"From: postmaster@x.example\n\n" + "宛先が見つかりません".encode("iso-2022-jp")
    assert "見つかりません" in take_apart(raw).notice


def test_a_complaint_gives_its_fields() -> None:
    mail = take_apart(a_complaint())
    assert mail.complaint is not None
    assert mail.complaint["feedback-type"] == "abuse"


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=2000))
def test_no_bytes_at_all_are_too_much(raw: bytes) -> None:
    assert _readable_or_not(raw)


@settings(max_examples=50, deadline=None)
@given(st.data())
def test_no_report_is_too_broken(data: st.DataObject) -> None:
    raw = bytearray(a_bounce())
    for _ in range(data.draw(st.integers(1, 12))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    assert _readable_or_not(bytes(raw))


def test_a_mail_nested_without_end_ends() -> None:
    raw = b"".join(b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (n, n) for n in range(300))
    assert _readable_or_not(raw)


@pytest.mark.parametrize(
    "piece",
    ["user ", "e-mail mail destination ", "a.", "-", "a", "exceeded the ", "sender address is ", ">>> x "],
)
def test_no_mail_keeps_us_busy_for_long(piece: str) -> None:
    text = piece * (40_000 // len(piece))
    began = time.process_time()
    assert _readable_or_not(a_letter(text, From="MAILER-DAEMON@x.example"))
    assert time.process_time() - began < 5


def _readable_or_not(raw: bytes) -> bool:
    try:
        mail, reading = understand(raw, sender="")
    except Unreadable:
        return True
    text = mail.text + mail.notice + mail.returned + reading.words
    return "\0" not in text and text == text.encode("utf-8", "replace").decode()
