"""What a bounce says of each of its recipients: from the fields of its report, else from its text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from services.outreach.hearing.judge import FAILED, Evidence, Judgement, judge
from services.outreach.hearing.parts import ADDRESS, Fields, Mail

_NAMED = re.compile(
    r"[ \t]*[-*\"'<]*(?P<address>[^\s<>@:;,()\"'\[\]]+@[^\s<>@:;,()\"'\[\]]+?)\.?[>\"']*\s*(?::|$|[(\[])"
)
_SERVER_SAYS = re.compile(r"^\s*(?:smtp|dns|x-postfix|x-notes|x-[a-z]*smtp\w*|lmtp)\s*;\s*", re.IGNORECASE)

_LONGEST = 2000
_LONGEST_LINE = 400
_MOST_FINDINGS = 50


@dataclass(frozen=True)
class Finding:
    """``address`` is the recipient as the report names it, empty where it names none.

    ``action`` is failed, delayed, delivered, relayed or expanded; ``answer`` the words that were judged.
    """

    address: str
    action: str
    judgement: Judgement
    answer: str


def findings(mail: Mail) -> list[Finding]:
    """One for each recipient that the bounce reports, in its order; at least one, and no more than fifty."""
    if mail.recipients:
        return [_of_report(block, mail) for block in mail.recipients[:_MOST_FINDINGS]]
    segments = list(islice(_segments(mail.notice), _MOST_FINDINGS))
    if len({address for address, _ in segments}) > 1:
        found = [_of_text(text, address) for address, text in segments]
        if all(one.judgement.rule for one in found):
            return found
    named = ADDRESS.search(mail.header("X-Failed-Recipients"))
    address = named[0] if named else next((address for address, _ in segments), "")
    return [_of_text(mail.notice, address)]


def _of_report(block: Fields, mail: Mail) -> Finding:
    said = block.get("diagnostic-code", "")
    action = (block.get("action", "").lower().split() or [FAILED])[0]
    sorted_by_them = [value for name, value in block.items() if "category" in name or "reason" in name]
    answer = " ".join([_SERVER_SAYS.sub("", said), *sorted_by_them])
    evidence = Evidence(answer=answer, notice=mail.notice, status=block.get("status", ""), action=action)
    return Finding(_address_in(block), action, judge(evidence), (said or mail.notice).strip()[:_LONGEST])


def _of_text(text: str, address: str) -> Finding:
    return Finding(address, FAILED, judge(Evidence(notice=text)), text.strip()[:_LONGEST])


def _address_in(block: Fields) -> str:
    """The recipient as it was written to, before anybody forwarded the mail."""
    for name in ("original-recipient", "final-recipient"):
        found = ADDRESS.search(block.get(name, ""))
        if found:
            return found[0]
    return ""


def _segments(notice: str) -> Iterator[tuple[str, str]]:
    """The parts of a notice that begin with a line naming an address."""
    address, lines = "", list[str]()
    for line in notice.split("\n"):
        named = _NAMED.match(line) if len(line) <= _LONGEST_LINE else None
        if named and named["address"] != address:
            if address:
                yield address, "\n".join(lines)
            address, lines = named["address"], []
        lines.append(line)
    if address:
        yield address, "\n".join(lines)
