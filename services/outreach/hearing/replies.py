"""What people write back: their own first words, and whether they want no more mail."""

import re

from services.outreach.hearing.rules import Rules

LONGEST_NOTE = 2000
LONGEST_WISH = 80
"""More than so many characters on the first line are no mere wish to be left alone."""

LONGEST_MARK = 200
"""So much of a line is looked at for the mark of a quoted mail."""

_TRIMMED = " \t.,;:!?\"'()[]*_-–—。!"
_REPLY_PREFIX = re.compile(r"^(?:(?:re|aw|fwd?|wg|sv|回复|答复)\s*[::]\s*)+", re.IGNORECASE)


def first_words(text: str, rules: Rules) -> str:
    """What stands above the quoted mail and the signature, at most LONGEST_NOTE characters."""
    kept: list[str] = []
    for line in text.replace("\r\n", "\n").split("\n"):
        bare = line.strip()[:LONGEST_MARK]
        if any(rules.marks[mark].fullmatch(bare) for mark in ("signature", "quote")):
            break
        kept.append(line.rstrip())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()[:LONGEST_NOTE]


def wants_out(words: str, rules: Rules) -> bool:
    """Whether the first line says that, and nothing else: STOP, unsubscribe, abmelden, 退订 …"""
    line = next((one for one in words.split("\n") if one.strip()), "")
    line = _REPLY_PREFIX.sub("", line.strip()).strip(_TRIMMED)
    return 0 < len(line) <= LONGEST_WISH and rules.marks["stop"].fullmatch(line) is not None
