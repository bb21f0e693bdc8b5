"""Reads one mail: which kind it is, and what it says. Nothing here knows our deliveries.

Kinds: ``bounce``, ``delay`` and ``receipt`` are reports on a mail of ours; ``complaint`` is a feedback
report; ``auto_reply`` and ``challenge`` are written by machines, ``unsubscribe`` and ``reply`` by people,
and ``unrecognised`` is none of these.
"""

from dataclasses import dataclass
from typing import Final

from services.outreach.hearing.bounce import Finding, findings
from services.outreach.hearing.parts import Mail, take_apart
from services.outreach.hearing.replies import first_words, wants_out
from services.outreach.hearing.rules import Rules, shipped

BOUNCE: Final = "bounce"
DELAY: Final = "delay"
RECEIPT: Final = "receipt"
COMPLAINT: Final = "complaint"
AUTO_REPLY: Final = "auto_reply"
CHALLENGE: Final = "challenge"
UNSUBSCRIBE: Final = "unsubscribe"
REPLY: Final = "reply"
UNRECOGNISED: Final = "unrecognised"
KINDS = (
    BOUNCE, DELAY, RECEIPT, COMPLAINT, AUTO_REPLY, CHALLENGE, UNSUBSCRIBE, REPLY, UNRECOGNISED
)  # fmt: skip

_BROKEN = (ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError)
"""What Python's parser raises for mails that are none."""

_TAKEN = frozenset({"delivered", "relayed", "expanded"})
_WITHDRAWN = "not-spam"
_MACHINE_HEADERS = (
    "X-Autoreply", "X-Autorespond", "X-Autoresponder", "X-Auto-Reply", "X-Vacation", "List-Id", "Feedback-ID"
)  # fmt: skip
_MACHINE_PRECEDENCE = frozenset({"auto_reply", "auto-reply", "bulk", "list", "junk"})


@dataclass(frozen=True)
class Reading:
    """``findings`` are of bounces, delays and receipts; ``words`` what a person or a machine wrote first.

    ``feedback_type`` is a complaint's, such as abuse or opt-out.
    """

    kind: str
    findings: tuple[Finding, ...] = ()
    words: str = ""
    feedback_type: str = ""


class Unreadable(ValueError):
    """A mail on which the parser of MIME or our own reading fails; the text says how."""


def understand(raw: bytes, *, sender: str) -> tuple[Mail, Reading]:
    """Take a mail apart and read it. Raises Unreadable, whatever a maker of broken mails thinks of."""
    try:
        mail = take_apart(raw)
        return mail, read(mail, sender=sender or mail.return_path)
    except _BROKEN as error:
        raise Unreadable(f"{type(error).__name__}: {error}") from error


def read(mail: Mail, *, sender: str, rules: Rules | None = None) -> Reading:
    """Read a mail that came from the envelope sender ``sender``, which is empty for a report."""
    rules = rules or shipped()
    marks, subject = rules.marks, mail.header("Subject")
    if mail.complaint is not None:
        return _complaint(mail.complaint.get("feedback-type", "").lower().strip())
    if mail.returned and marks["complaint_subject"].search(subject):
        return _complaint("abuse")
    if mail.recipients:
        return _report(mail)
    by_sender = marks["bounce_sender"].search(mail.header("From")) is not None
    by_subject = marks["bounce_subject"].search(subject) is not None
    if by_sender or by_subject or not sender or mail.header("X-Failed-Recipients"):
        found = tuple(findings(mail))
        told = found[0].judgement.rule and (found[0].judgement.status or found[0].judgement.code)
        if by_sender and by_subject or told or mail.header("X-Failed-Recipients"):
            return Reading(BOUNCE, found)
        if by_sender:
            known = any(one.judgement.rule for one in found)
            return Reading(BOUNCE if known else UNRECOGNISED, found, mail.notice)
    return _written(mail, rules, sender=sender)


def _complaint(feedback_type: str) -> Reading:
    if feedback_type == _WITHDRAWN:
        return Reading(UNRECOGNISED, feedback_type=feedback_type)
    if feedback_type in {"opt-out", "opt-out-list", "unsubscribe"}:
        return Reading(UNSUBSCRIBE, feedback_type=feedback_type)
    return Reading(COMPLAINT, feedback_type=feedback_type or "abuse")


def _report(mail: Mail) -> Reading:
    found = tuple(findings(mail))
    actions = {one.action for one in found}
    if actions <= _TAKEN:
        return Reading(RECEIPT, found)
    return Reading(DELAY if actions <= _TAKEN | {"delayed"} else BOUNCE, found)


def _written(mail: Mail, rules: Rules, *, sender: str) -> Reading:
    subject = mail.header("Subject")
    words = first_words(mail.text, rules)
    if wants_out(subject, rules) or wants_out(words, rules):
        return Reading(UNSUBSCRIBE, words=words or subject)
    by_machine = _by_machine(mail, rules, subject=subject)
    asks = rules.marks["challenge"].search(f"{subject}\n{mail.text[:5000]}") is not None
    if asks and (by_machine or not sender):
        return Reading(CHALLENGE, words=words)
    if by_machine or not sender:
        return Reading(AUTO_REPLY, words=words)
    return Reading(REPLY if words else UNRECOGNISED, words=words)


def _by_machine(mail: Mail, rules: Rules, *, subject: str) -> bool:
    submitted = mail.header("Auto-Submitted").lower()
    if submitted and not submitted.startswith("no"):
        return True
    if any(mail.header(name) for name in _MACHINE_HEADERS):
        return True
    if mail.header("Precedence").lower() in _MACHINE_PRECEDENCE:
        return True
    from_machine = rules.marks["auto_sender"].search(mail.header("From"))
    return bool(from_machine or rules.marks["auto_subject"].search(subject))
