"""The mail as a mail reader takes it apart."""

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from uuid import UUID

import pytest

from services.outreach.channels.channel import Unsendable
from services.outreach.channels.email.mime import Skeleton, checked_address

DELIVERY = UUID(int=5)
MOMENT = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)


def raw_mail(
    *, name: str = "Lin Müller", subject: str = "Hello", text: str = "text", html: str = "<p>html</p>"
) -> bytes:
    return Skeleton("Fanfare Ümlaut <news@example.com>").fill(
        delivery_id=DELIVERY,
        name=name,
        address="lin@example.org",
        subject=subject,
        text=text,
        html=html,
        unsubscribe_url="https://mail.example/u/token",
        date=MOMENT,
    )


def mail(**parts: str) -> EmailMessage:
    return message_from_bytes(raw_mail(**parts), policy=policy.default)


def body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert isinstance(part, EmailMessage)
    return str(part.get_content()).replace("\r\n", "\n")


def test_the_headers_say_who_writes_to_whom_and_when() -> None:
    message = mail()
    assert message["From"] == "Fanfare Ümlaut <news@example.com>"
    assert message["To"] == "Lin Müller <lin@example.org>"
    assert message["Subject"] == "Hello"
    assert message["Date"].datetime == MOMENT
    assert message["Message-ID"] == f"<{DELIVERY.hex}@example.com>"
    assert message.defects == []


def test_the_headers_offer_to_unsubscribe_with_one_click() -> None:
    message = mail()
    assert message["List-Unsubscribe"] == "<https://mail.example/u/token>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_the_text_part_comes_before_the_html_part() -> None:
    message = mail()
    assert message.get_content_type() == "multipart/alternative"
    kinds = [part.get_content_type() for part in message.iter_parts()]
    assert kinds == ["text/plain", "text/html"]


@pytest.mark.parametrize(
    "content",
    ["Grüße, 你好 🎉\n", ".\n..\n.dot\n", "x" * 2000 + "\n", "a = b =\n", "trailing \nspace\t\n", "\n\n\n"],
)
def test_both_parts_arrive_as_they_were_written(content: str) -> None:
    message = mail(text=content, html=content)
    assert body(message, "plain") == content
    assert body(message, "html") == content


def test_every_line_of_a_mail_is_short_ascii_and_ends_in_crlf() -> None:
    raw = raw_mail(subject="Grüße " * 40, text="ä" * 3000, html="ü" * 3000, name="Ö" * 300)
    assert raw.count(b"\n") == raw.count(b"\r\n") == raw.count(b"\r")
    assert max(map(len, raw.split(b"\r\n"))) < 400
    assert raw.isascii()


@pytest.mark.parametrize("subject", ["你好" * 40, "Grüße", "x" * 300, "=?utf-8?q?x?=", "a: b"])
def test_any_subject_arrives_as_it_was_written(subject: str) -> None:
    assert mail(subject=subject)["Subject"] == subject


@pytest.mark.parametrize("name", ['Lin "the boss" Müller', "Müller, Lin", "a@b", "x\r\nBcc: all@example.com"])
def test_a_name_adds_no_recipient_and_no_header(name: str) -> None:
    message = mail(name=name)
    assert [one.addr_spec for one in message["To"].addresses] == ["lin@example.org"]
    assert message["Bcc"] is None


@pytest.mark.parametrize(
    ("address", "envelope"),
    [
        ("lin@example.org", "lin@example.org"),
        ("o'neil+tag@mail.example.org", "o'neil+tag@mail.example.org"),
        ("lin@müller.example", "lin@xn--mller-kva.example"),
    ],
)
def test_a_usable_address_is_accepted(address: str, envelope: str) -> None:
    assert checked_address(address) == envelope


@pytest.mark.parametrize(
    "address",
    [
        "",
        "lin",
        "@example.org",
        "lin@",
        "lin@localhost",
        "lin@example..org",
        "lin@-example.org",
        ".lin@example.org",
        "a..b@example.org",
        "lin@example.org>\r\nRCPT TO:<x@example.org",
        "lin@example.org, x@example.org",
        "lin@x@example.org",
        "lín@example.org",
        "l in@example.org",
        "x" * 65 + "@example.org",
    ],
)
def test_an_unusable_address_is_refused(address: str) -> None:
    with pytest.raises(Unsendable):
        checked_address(address)
