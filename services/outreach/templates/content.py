"""A version of a template, ready to write copies with: a content for each language, picked by one look-up."""

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from typing import Any
from uuid import UUID

from services.outreach.templates.language import Letter
from services.outreach.templates.source import folded

MOST_TAGS = 1000
"""Language tags of contacts whose pick is remembered."""


@dataclass(frozen=True)
class Content:
    """What a version says in one language, as sources of the template language.

    ``tracked_html`` and ``tracked_text`` go out: in them link n reads ``{{ link_n }}``, and
    ``link_numbers`` says which of the version's links there are. ``html`` and ``text`` have the links as
    they were written. A part that the channel does not need is empty. ``attachments`` are ids of files.
    """

    language: str
    subject: str
    html: str
    text: str
    tracked_html: str
    tracked_text: str
    link_numbers: tuple[int, ...] = ()
    attachments: tuple[str, ...] = ()

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "Content":
        """The content that ``document`` was made of."""
        tuples = {name: tuple(document[name]) for name in ("link_numbers", "attachments")}
        return cls(**{**document, **tuples})

    @property
    def document(self) -> dict[str, Any]:
        """As plain data."""
        return asdict(self)

    def marked(self, mark: str) -> "Content":
        """The same with ``mark`` before the subject, and before its text."""
        names = [name for name in ("subject", "text", "tracked_text") if getattr(self, name)]
        return replace(self, **{name: mark + getattr(self, name) for name in names})

    def letter(self) -> Letter:
        """The content as it goes out, ready to render many copies."""
        return self._letter

    def untracked(self) -> Letter:
        """The content with the links as they were written, for a look at it."""
        return Letter(subject=self.subject, html=self.html, text=self.text)

    @cached_property
    def _letter(self) -> Letter:
        return Letter(subject=self.subject, html=self.tracked_html, text=self.tracked_text)


@dataclass(frozen=True)
class Attachment:
    """A file that goes along with a mail."""

    name: str
    media_type: str
    data: bytes


class Edition:
    """One version of a template, or its draft with ``number`` 0. It never changes.

    ``links[n]`` is the address, possibly with fields in its path or query, that link n leads to.
    ``contents`` are by language; ``layout`` names the page that letters and faxes are printed on;
    ``attachments`` are by the ids that contents have.
    """

    def __init__(
        self,
        *,
        template_id: UUID,
        number: int,
        department: str,
        channel: str,
        contents: Sequence[Content],
        default_language: str,
        links: Sequence[str] = (),
        layout: str = "",
        attachments: Mapping[str, Attachment] | None = None,
    ) -> None:
        self.template_id = template_id
        self.number = number
        self.department = department
        self.channel = channel
        self.layout = layout
        self.links = links
        self.attachments = attachments or {}
        self.contents = {content.language: content for content in contents}
        self._default = self.contents[folded(default_language)]
        self._picked: dict[str, Content] = {}

    def content(self, language: str = "") -> Content:
        """The content for somebody who speaks ``language``: exactly that, else its base, else the default.

        ``zh-Hant-TW`` finds zh-hant-tw, zh-hant or zh, in this order (RFC 4647, lookup).
        """
        found = self._picked.get(language)
        if found is None:
            found = self._pick(folded(language))
            if len(self._picked) < MOST_TAGS:
                self._picked[language] = found
        return found

    def letter(self) -> Letter:
        """The content in the default language, as it goes out."""
        return self._default.letter()

    def marked(self, mark: str) -> "Edition":
        """The same with ``mark`` before every subject and text, for tests."""
        twin = copy(self)
        twin.contents = {language: one.marked(mark) for language, one in self.contents.items()}
        twin._default, twin._picked = twin.contents[self._default.language], {}
        return twin

    def _pick(self, tag: str) -> Content:
        while tag:
            if tag in self.contents:
                return self.contents[tag]
            tag = tag.rpartition("-")[0]
        return self._default
