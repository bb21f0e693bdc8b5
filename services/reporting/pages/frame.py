"""What every page is shown with: its language, where it stands, and what was asked for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode

from chassis.http import Request
from services.reporting.pages.words import LANGUAGES, Words, chosen_language, words_of
from services.reporting.signin.readers import base_path


@dataclass(frozen=True, kw_only=True)
class Frame:
    """``base`` stands before our paths in the outside world, ``asked`` is the query as it came.

    ``reader`` is who is signed in; empty for whoever holds a signed link.
    """

    words: Words
    base: str
    path: str
    asked: Mapping[str, str] = field(default_factory=dict)
    reader: str = ""

    @property
    def language(self) -> str:
        return self.words.language

    @property
    def other(self) -> str:
        """The language that is not shown."""
        return next(one for one in LANGUAGES if one != self.language)

    def address(self, path: str, **changes: str) -> str:
        """A path of ours with what was asked for, changed; an empty value leaves a part out."""
        query = {name: value for name, value in {**self.asked, **changes}.items() if value}
        return f"{self.base}{path}{'?' if query else ''}{urlencode(query)}"

    def elsewhere(self, path: str) -> str:
        """Another page, of which only the language is asked for again."""
        language = self.asked.get("lang", "")
        return (
            f"{self.base}{path}{'?' if language else ''}{urlencode({'lang': language} if language else {})}"
        )


def frame_of(request: Request, *, reader: str = "") -> Frame:
    """The frame of the page that answers this request."""
    asked: Mapping[str, Any] = dict(parse_qsl(request.environ.get("QUERY_STRING", "")))
    accepted = request.headers.get("Accept-Language", "")
    return Frame(
        words=words_of(chosen_language(asked=asked.get("lang", ""), accepted=accepted)),
        base=base_path(request),
        path=request.path,
        asked=asked,
        reader=reader,
    )
