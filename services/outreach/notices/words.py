"""What notices say, by kind and language."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal, get_args

Kind = Literal[
    "approval_waiting",
    "approval_reminder",
    "approval_escalated",
    "approval_decided",
    "task_assigned",
    "task_overdue",
    "task_moved",
    "task_stuck",
    "lead_reminder",
    "lead_escalated",
    "request_assigned",
    "request_reminder",
    "request_escalated",
    "lead_assigned",
    "reassignment_finished",
]
KINDS: tuple[Kind, ...] = get_args(Kind)
LANGUAGES = ("en", "zh")

_FILE = Path(__file__).parent / "words.json"
_CODES = ("outcome", "clock")
"""Of what a notice is about, the values that are words of ours themselves."""


def title_of(kind: str, about: Mapping[str, str], *, language: str) -> str:
    """The subject of the mail, on one line."""
    words = _words()[language]
    return " ".join(words[kind][0].format(**_told(about, words)).split())


def text_of(kind: str, about: Mapping[str, str], *, language: str, url: str) -> str:
    """The paragraphs of the mail. ``url`` leads to what it is about; empty where nobody knows."""
    words = _words()[language]
    paragraphs = [words[kind][1].format(**_told(about, words)).strip()]
    if url:
        paragraphs.append(words["see"].format(url=url))
    return "\n\n".join([*paragraphs, words["why"]]) + "\n"


def _told(about: Mapping[str, str], words: Mapping[str, str]) -> dict[str, str]:
    return {name: words.get(value, value) if name in _CODES else value for name, value in about.items()}


@cache
def _words() -> Mapping[str, Mapping[str, str]]:
    words: dict[str, dict[str, str]] = json.loads(_FILE.read_text("utf-8"))
    return words
