"""The mail sink keeps every mail it accepted, or counts them."""

import smtplib
from email.message import EmailMessage
from pathlib import Path

from fanfare.local.mailsink import MailSink, count, messages
from fanfare.local.ports import HOST


def mail(subject: str, text: str = "Hello") -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "shop@example.com", "somebody", subject
    message.set_content(text)
    return message


def send(sink: MailSink, *mails: tuple[EmailMessage, list[str]]) -> None:
    with smtplib.SMTP(HOST, sink.port) as server:
        for message, recipients in mails:
            server.send_message(message, "shop@example.com", recipients)


def test_mails_are_kept_whole_and_in_order(mail_sink: MailSink) -> None:
    text = ".\nA dot alone, and a long line\n..\n" + "x" * 70 + "\n"
    send(mail_sink, (mail("第一", text), ["ada@example.com"]), (mail("second"), ["bob@example.com"]))
    first, second = mail_sink.messages()
    assert (first["Subject"], first["Delivered-To"]) == ("第一", "ada@example.com")
    assert first.get_content().splitlines() == text.splitlines()
    assert (second["Subject"], second["Return-Path"]) == ("second", "<shop@example.com>")


def test_each_recipient_has_a_copy_of_his_own(mail_sink: MailSink) -> None:
    send(mail_sink, (mail("both"), ["ada@example.com", "ada@example.com", "../bob@example.com"]))
    delivered = [message["Delivered-To"] for message in mail_sink.messages()]
    assert delivered == ["ada@example.com", "ada@example.com", "../bob@example.com"]
    assert mail_sink.count() == 3


def test_a_counting_sink_keeps_nothing_but_the_number(tmp_path: Path) -> None:
    with MailSink(tmp_path, counting=True) as sink:
        send(sink, *[(mail(str(number)), ["ada@example.com"]) for number in range(20)])
    assert (count(tmp_path), messages(tmp_path)) == (20, [])


def test_mails_outlive_the_sink(tmp_path: Path) -> None:
    with MailSink(tmp_path) as sink:
        send(sink, (mail("kept"), ["ada@example.com"]))
        sink.process.kill()
        sink.start()
        send(sink, (mail("kept too"), ["ada@example.com"]))
    assert [message["Subject"] for message in messages(tmp_path)] == ["kept", "kept too"]
