"""The mail as a mail reader takes it apart."""

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.outreach.channels.channel import Unsendable
from services.outreach.channels.email.mime import Envelope, Skeleton, Words, checked_address
from services.outreach.templates.content import Attachment
from services.outreach.templates.language import one_line

DELIVERY = UUID(int=5)
HEADERS = {"From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type"} | {
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
}
MOMENT = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)


def raw_mail(
    *,
    name: str = "Lin Müller",
    subject: str = "Hello",
    text: str = "text",
    html: str = "<p>html</p>",
    **options: Any,
) -> bytes:
    words = Words((subject,), (text,), (html,), options.get("attachments", ()))
    skeleton = Skeleton(words, mail_from="Fanfare Ümlaut <news@example.com>")
    return skeleton.fill(envelope(name=name, address=options.get("address", "lin@example.org")), {})


def envelope(*, name: str = "Lin Müller", address: str = "lin@example.org") -> Envelope:
    return Envelope(
        DELIVERY, name, address, "https://mail.example/u/token", "bounce+token@example.com", MOMENT
    )


def mail(**parts: Any) -> EmailMessage:
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
    assert message["List-Unsubscribe"] == (
        "<https://mail.example/u/token>, <mailto:bounce+token@example.com?subject=unsubscribe>"
    )
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_the_text_part_comes_before_the_html_part() -> None:
    message = mail()
    assert message.get_content_type() == "multipart/alternative"
    kinds = [part.get_content_type() for part in message.iter_parts()]
    assert kinds == ["text/plain", "text/html"]


@pytest.mark.parametrize(
    "content",
    [
        "Grüße, 你好 🎉\n",
        ".\n..\n.dot\n",
        "x" * 2000 + "\n",
        "a = b =\n",
        "trailing \nspace\t\n",
        "\n\n\n",
        "From me\n",
        "你好" * 500 + "\n",
    ],
)
def test_both_parts_arrive_as_they_were_written(content: str) -> None:
    message = mail(text=content, html=content)
    assert body(message, "plain") == content
    assert body(message, "html") == content


def test_a_part_goes_in_the_encoding_that_makes_it_shorter() -> None:
    message = mail(text="plain text\n", html="<p>" + "你好" * 200 + "</p>\n")
    encodings = [str(part["Content-Transfer-Encoding"]) for part in message.iter_parts()]
    assert encodings == ["quoted-printable", "base64"]


@pytest.mark.parametrize("text", [".\n.\n", "..\n" * 50, "." * 500 + "\n", ("x" * 74 + ".") * 20 + "\n"])
def test_no_line_of_a_mail_starts_with_a_dot(text: str) -> None:
    assert b"\n." not in raw_mail(text=text, html=text, subject=text, name=text)


def test_a_recipient_with_an_international_address_is_named_as_it_is() -> None:
    raw = raw_mail(name="Lin", address="用户@xn--fsqu00a.example")
    assert "\r\nTo: Lin <用户@xn--fsqu00a.example>\r\n".encode() in raw


def test_files_go_along_under_their_names() -> None:
    files = [
        Attachment("Preise Ü.pdf", "application/pdf", bytes(range(256)) * 4),
        Attachment('a "b".txt', "text/plain", b""),
    ]
    message = mail(attachments=files)
    assert message.get_content_type() == "multipart/mixed"
    assert body(message, "plain") == "text\n"
    found = [(one.get_filename(), one.get_content_type()) for one in message.iter_attachments()]
    assert found == [("Preise Ü.pdf", "application/pdf"), ('a "b".txt', "text/plain")]
    first = next(message.iter_attachments())
    assert isinstance(first, EmailMessage)
    assert first.get_content() == files[0].data


def test_every_line_of_a_mail_is_short_ascii_and_ends_in_crlf() -> None:
    raw = raw_mail(subject="Grüße " * 40, text="ä" * 3000, html="ü" * 3000, name="Ö" * 300)
    assert raw.count(b"\n") == raw.count(b"\r\n") == raw.count(b"\r")
    assert max(map(len, raw.split(b"\r\n"))) < 400
    assert raw.isascii()


@pytest.mark.parametrize("subject", ["你好" * 40, "Grüße", "x" * 300, "=?utf-8?q?x?=", "a: b"])
def test_any_subject_arrives_as_it_was_written(subject: str) -> None:
    assert mail(subject=subject)["Subject"] == subject


@settings(max_examples=50)
@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=80))
def test_any_words_make_a_mail_that_a_strict_reader_takes(words: str) -> None:
    raw = raw_mail(name=words, subject=one_line(words), text=words, html=words)
    message = message_from_bytes(raw, policy=policy.strict)
    assert [part.defects for part in message.walk()] == [[], [], []]
    assert set(message.keys()) == HEADERS
    assert raw.count(b"\n") == raw.count(b"\r\n") == raw.count(b"\r")


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
        ("用户@例子.example", "用户@xn--fsqu00a.example"),
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
        "l\u200bn@example.org",
        "ü" * 33 + "@example.org",
        "l in@example.org",
        "x" * 65 + "@example.org",
    ],
)
def test_an_unusable_address_is_refused(address: str) -> None:
    with pytest.raises(Unsendable):
        checked_address(address)
