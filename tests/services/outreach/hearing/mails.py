"""Builds mails as others write them, as bytes over the wire."""

from email.message import EmailMessage

RETURNED = "Received: from a by b\nFrom: News <news@example.com>\nTo: lin@example.org\nSubject: News\n"


def a_bounce(
    *,
    to: str = "bounce@example.com",
    recipient: str = "lin@example.org",
    status: str = "5.1.1",
    answer: str = "550 5.1.1 <lin@example.org>: Recipient address rejected: User unknown",
    action: str = "failed",
    returned: str = RETURNED,
    command: str = "RCPT TO",
) -> bytes:
    """A report as Postfix writes it (RFC 3464)."""
    notice = (
        f"This is the mail system.\n\n<{recipient}>: host mx said: {answer} (in reply to {command} command)\n"
    )
    fields = f"Final-Recipient: rfc822; {recipient}\nAction: {action}\nStatus: {status}\n"
    fields += f"Diagnostic-Code: smtp; {answer}\n" if answer else ""
    return a_report(
        ("text/plain", notice), ("message/delivery-status", f"{MTA}\n{fields}"), to=to, returned=returned
    )


MTA = "Reporting-MTA: dns; mx.example.net\n"


def a_report(
    *parts: tuple[str, str],
    to: str = "bounce@example.com",
    returned: str = RETURNED,
    kind: str = "delivery-status",
) -> bytes:
    """A multipart/report with parts as given, and the headers of the returned mail."""
    head = (
        "Return-Path: <>\n"
        "From: MAILER-DAEMON@mx.example.net (Mail Delivery System)\n"
        f"To: {to}\nSubject: Undelivered Mail Returned to Sender\nMIME-Version: 1.0\n"
        f'Content-Type: multipart/report; report-type={kind}; boundary="b1"\n\n'
    )
    body = "".join(f"--b1\nContent-Type: {kind}\n\n{text}\n" for kind, text in parts)
    return f"{head}{body}--b1\nContent-Type: text/rfc822-headers\n\n{returned}\n--b1--\n".encode()


def a_complaint(*, feedback_type: str = "abuse", returned: str = RETURNED, mail_from: str = "") -> bytes:
    """A feedback report (RFC 5965)."""
    fields = f"Feedback-Type: {feedback_type}\nUser-Agent: test/1\nVersion: 1\n"
    fields += f"Original-Mail-From: <{mail_from}>\n" if mail_from else ""
    parts = (("text/plain", "This is an abuse report."), ("message/feedback-report", fields))
    return a_report(*parts, returned=returned, kind="feedback-report")


def a_letter(text: str, *, html: str = "", **headers: str) -> bytes:
    """A mail as a person or a machine writes it; underscores in header names stand for hyphens."""
    mail = EmailMessage()
    given = {"From": "Lin <lin@example.org>", "To": "news@example.com", "Subject": "Re: News", **headers}
    for name, value in given.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    if html:
        mail.add_alternative(html, subtype="html")
    return mail.as_bytes()
