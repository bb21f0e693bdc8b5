"""What the pages and mails say in words of our own, and which language somebody gets."""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from types import MappingProxyType

from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

_FILE = Path(__file__).parent / "words.json"
FALLBACK = "en"


def words_of(language: str) -> Mapping[str, str]:
    """Our words in a language; in English where we do not have it."""
    every = _every()
    return every.get(language) or every.get(language.partition("-")[0]) or every[FALLBACK]


def spoken(language: str) -> str:
    """The language that ``words_of`` answers in."""
    base = language.partition("-")[0]
    return language if language in _every() else base if base in _every() else FALLBACK


def chosen_language(languages: Sequence[str], *, asked: str, accepted: str) -> str:
    """The one asked for by name, else the best of an Accept-Language header, else the first."""
    if asked in languages:
        return asked
    return parse_accept_header(accepted, LanguageAccept).best_match(list(languages)) or languages[0]


@cache
def _every() -> Mapping[str, Mapping[str, str]]:
    words = json.loads(_FILE.read_text("utf-8"))
    return MappingProxyType({language: MappingProxyType(texts) for language, texts in words.items()})
