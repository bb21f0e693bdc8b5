"""What a bounce means for the address that it is about, by the rules in their order.

What matters most is not to lose an address by mistake. So a word that many servers use for anything
counts only where the address itself was refused, and an answer that came to the sender's name is no
word about the recipient.
"""

import re
from dataclasses import dataclass
from typing import Final

from services.outreach.hearing.rules import UNDETERMINED, Meaning, Rule, Rules, shipped

LONGEST_ANSWER = 4_000
LONGEST_NOTICE = 8_000

FAILED: Final = "failed"

_ADDRESS = re.compile(r"<?[^\s<>@:;,()\"'\[\]]{1,128}@[^\s<>@:;,()\"'\[\]]{1,255}>?")
_HOST_SAID = re.compile(r"\bhost \S+(?:\[[0-9a-f.:]+\])?(?: \(\S+\))? (?:said|refused)", re.IGNORECASE)
_FIRST_CODE = re.compile(r"(?<![\d.])([245]\d\d)[- ]([245]\.\d{1,3}\.\d{1,3})?")
_STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_REPLY = re.compile(r"(?<![\d.\-])([45][0-5]\d)(?=[ \-#:]|$)")
_EXCHANGE = re.compile(r">>> (\w+)(?:(?!>>> ).)*?<<< [45]\d\d")

_ABOUT_ADDRESSES = ("5.1.", "4.1.")
_UNKNOWN = ("unknown_user", "unknown_host")


@dataclass(frozen=True)
class Evidence:
    """What one report says of one recipient.

    ``answer`` is what the other server said, ``notice`` the words around it; with no answer the notice
    is taken for one. ``status`` and ``action`` are the fields of RFC 3464.
    """

    answer: str = ""
    notice: str = ""
    status: str = ""
    action: str = ""


@dataclass(frozen=True)
class Judgement:
    """``rule`` tells what decided: the name of a rule, a status, a reply code, or nothing.

    ``status`` and ``code`` are the enhanced status and the reply code that were found.
    """

    meaning: Meaning
    reason: str
    rule: str = ""
    status: str = ""
    code: str = ""


@dataclass(frozen=True)
class _Case:
    """The evidence, made ready."""

    answer: str
    notice: str
    status: str
    code: str
    stage: str
    action: str


def judge(evidence: Evidence, rules: Rules | None = None) -> Judgement:
    """Hard or soft, why, and by which rule. What nothing speaks of is soft and undetermined."""
    rules = rules or shipped()
    case = _case(evidence, rules)
    meaning, reason, name = _verdict(case, rules)
    return Judgement(meaning, reason, name, case.status, case.code)


def plain(text: str, *, longest: int) -> str:
    """A text made fit for the rules: on one line, addresses and repeated codes taken out."""
    text = " ".join(text.replace("’", "'").replace("`", "'").split())[:longest]
    text = _HOST_SAID.sub("host said", _ADDRESS.sub("(addr)", text))
    first = _FIRST_CODE.search(text)
    if first is None:
        return text
    code, status = first[1], first[2]
    again = rf"(?<=\S) {code}[- ]{re.escape(status)}(?=[ -])[ -]*" if status else rf"(?<=\S) {code}- ?"
    return text[: first.end()] + re.sub(again, " ", text[first.end() :])


def _case(evidence: Evidence, rules: Rules) -> _Case:
    notice = plain(evidence.notice, longest=LONGEST_NOTICE)
    answer = plain(evidence.answer, longest=LONGEST_ANSWER) or notice
    return _Case(
        answer=answer,
        notice=notice,
        status=_status(evidence.status, answer, notice),
        code=_code(answer) or _code(notice),
        stage=_stage(evidence.answer, rules) or _stage(evidence.notice, rules),
        action=evidence.action,
    )


def _verdict(case: _Case, rules: Rules) -> tuple[Meaning, str, str]:
    found = _by_words_and_status(case, rules)
    if isinstance(found, Rule):
        if found.meaning == "hard":
            return *_doubted(found, case), found.name
        return found.meaning, found.reason, found.name
    if found == "status" and (said := rules.of_status(case.status)) is not None:
        return said.meaning, said.reason, f"status {case.status}"
    by_code = rules.codes.get(case.code)
    if by_code is not None:
        return by_code.meaning, by_code.reason, f"code {case.code}"
    return "soft", UNDETERMINED, ""


def _by_words_and_status(case: _Case, rules: Rules) -> Rule | str | None:
    certain = rules.first(case.answer, place="answer", code=case.code, certain=True)
    if certain is not None:
        return certain
    if rules.of_status(case.status) is not None:
        return "status"
    return (
        rules.first(case.answer, place="answer", code=case.code, certain=False)
        or rules.first(case.notice, place="notice", code=case.code, certain=True)
        or rules.first(case.notice, place="notice", code=case.code, certain=False)
    )


def _doubted(rule: Rule, case: _Case) -> tuple[Meaning, str]:
    """A hard rule's meaning and reason after asking what else they could mean."""
    if rule.reason in _UNKNOWN and case.stage in {"mail", "helo"}:
        return "soft", "sender_refused"
    if rule.needs_refusal and not _address_refused(case):
        return "soft", "unconfirmed"
    passing = case.status.startswith("4") or (not case.status and case.code.startswith("4"))
    if case.action == "delayed" or (passing and case.action != FAILED):
        return "soft", rule.reason
    return rule.meaning, rule.reason


def _address_refused(case: _Case) -> bool:
    return case.stage == "rcpt" or case.status.startswith(_ABOUT_ADDRESSES)


def _stage(text: str, rules: Rules) -> str:
    """The command that the answer was to, as far as the words or a transcript tell."""
    line = " ".join(text.split())[:LONGEST_NOTICE]
    for name, pattern in rules.stages.items():
        if pattern.search(line):
            return name
    found = _EXCHANGE.search(line)
    command = found[1].lower() if found else ""
    return "helo" if command == "ehlo" else command


def _status(field: str, answer: str, notice: str) -> str:
    """The most telling enhanced status: what the other server said, then the field of the report."""
    given = _STATUS.search(field)
    said = _STATUS.search(answer) or (None if given else _STATUS.search(notice))
    found = [one[0] for one in (said, given) if one]
    return next((one for one in found if not one.endswith(".0.0")), found[0] if found else "")


def _code(text: str) -> str:
    found = _REPLY.search(text)
    return found[1] if found else ""
