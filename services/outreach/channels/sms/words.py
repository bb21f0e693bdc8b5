"""What a text that came in wants, and the hint that tells people how to stop us. The words are data."""

import re
import unicodedata
from dataclasses import dataclass
from importlib import resources
from typing import Any, Literal

import yaml

Wish = Literal["stop", "start", "yes", "no", "other"]
OptOut = Literal["never", "required", "always"]
"""When the way out is added to a text: never, where the law of the number's country wants it, or always."""

_MOST_WORDS_BEHIND = 2
_MOST_SIGNS_BEHIND = 4
_EDGES = re.compile(r"^[\W_]+|[\W_]+$")
_CJK = re.compile("[\u3040-\u30ff\u3400-\u9fff]+")
_KINDS: tuple[Wish, ...] = ("stop", "start", "yes", "no")


@dataclass(frozen=True)
class _Entry:
    """The words of a language; where there are ``prefixes``, only for numbers that begin with one."""

    language: str
    prefixes: tuple[str, ...]
    wishes: dict[str, Wish]

    def is_for(self, *, number: str, language: str) -> bool:
        """Whether its words count for somebody."""
        return not self.prefixes or number.startswith(self.prefixes) or language[:2] == self.language


def wish_of(text: str, *, number: str, language: str = "") -> Wish:
    """What ``text`` asks for. ``number`` is the sender's in E.164 form, ``language`` theirs if known."""
    plain = _plain(text)
    entries = [one for one in _ENTRIES if one.is_for(number=number, language=language)]
    for entry in entries:
        if plain in entry.wishes:
            return entry.wishes[plain]
    stops = {word for one in entries for word, wish in one.wishes.items() if wish == "stop"}
    return "stop" if any(_begins(plain, word) for word in stops) else "other"


def hint_for(text: str, *, number: str, language: str, opt_out: OptOut) -> str:
    """What must be added to ``text`` so that it names the way out; empty where nothing must."""
    required = next((of for prefix, of in _REQUIRED.items() if number.startswith(prefix)), None)
    if opt_out == "never" or (opt_out == "required" and required is None):
        return ""
    spoken = language[:2] if language[:2] in _HINTS else "en"
    return "" if _NAMES_A_WAY_OUT.search(text) else _HINTS[required or spoken]


def _plain(text: str) -> str:
    folded = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    return _EDGES.sub("", _EDGES.sub("", folded))


def _begins(plain: str, word: str) -> bool:
    if not plain.startswith(word) or len(word) < 2:
        return False
    behind = plain[len(word) :]
    if _CJK.fullmatch(word):
        return len(behind) <= _MOST_SIGNS_BEHIND
    return not behind[:1].isalnum() and len(behind.split()) <= _MOST_WORDS_BEHIND


def _read() -> dict[str, Any]:
    source = resources.files(__package__).joinpath("words.yaml").read_text(encoding="utf-8")
    found: dict[str, Any] = yaml.safe_load(source)
    return found


_DATA = _read()
_ENTRIES = [
    _Entry(
        language=entry["language"],
        prefixes=tuple(entry.get("from", ())),
        wishes={_plain(word): kind for kind in _KINDS for word in entry.get(kind, ())},
    )
    for entry in _DATA["words"]
]
_HINTS: dict[str, str] = _DATA["hints"]
_REQUIRED: dict[str, str] = _DATA["required"]
_NAMES_A_WAY_OUT = re.compile(r"\b(?:stop|td)\b|退订|退訂|拒收|стоп|\bbaja\b|\bsair\b|停止", re.IGNORECASE)
