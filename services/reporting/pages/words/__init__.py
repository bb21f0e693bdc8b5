"""What the pages say, a file a language, and which language somebody gets."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

LANGUAGES = ("en", "zh")
UNKNOWN, TOTAL = "ui.unknown", "ui.total"

_FOLDER = Path(__file__).parent


class Words:
    """The catalogue of one language. Called with a key it says its text."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.texts = catalogue(language)

    def __call__(self, key: str, **values: object) -> str:
        """The text of ``key`` with its places filled. Raises KeyError for one that is not there."""
        text = self.texts[key]
        return text.format(**values) if values else text

    def coded(self, kind: str, code: str) -> str:
        """The word for a code of a list; people may extend lists, so what has no word is shown as it is."""
        if code in {"", "total"}:
            return self.texts[UNKNOWN if code == "" else TOTAL]
        return self.texts.get(f"{kind}.{code}") or code.replace("_", " ")


def words_of(language: str) -> Words:
    """The words in one of LANGUAGES."""
    return Words(language)


def chosen_language(*, asked: str, accepted: str) -> str:
    """The language asked for by name, else the first that an Accept-Language header names, else English."""
    if asked in LANGUAGES:
        return asked
    wanted = parse_accept_header(accepted, LanguageAccept).values()
    spoken = (language.partition("-")[0].lower() for language in wanted)
    return next((language for language in spoken if language in LANGUAGES), LANGUAGES[0])


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """All keys of a language with their texts."""
    texts: dict[str, str] = json.loads((_FOLDER / f"{language}.json").read_text("utf-8"))
    return texts
