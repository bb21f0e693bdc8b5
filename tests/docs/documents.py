"""The documents of the project, and what they name: commands, targets, variables, paths, links."""

import re
from functools import cache
from pathlib import Path

from tests.docs.tables import ROOT

DOCUMENTS = [
    ROOT / "README.md",
    ROOT / "README.zh.md",
    ROOT / "ARCHITECTURE.md",
    ROOT / "CHANGELOG.md",
    *sorted((ROOT / "docs").rglob("*.md")),
]

FENCED = re.compile(r"^```\w*\n(.*?)^```", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`([^`\n]+)`")
COMMENT = re.compile(r"\s+#.*$")
SUBSTITUTION = re.compile(r"\$\((.*)\)")


def name_of(document: Path) -> str:
    return str(document.relative_to(ROOT))


@cache
def code(document: Path) -> list[str]:
    """The lines of its code blocks and its inline code, without comments."""
    text = document.read_text()
    lines = [line for block in FENCED.findall(text) for line in block.splitlines()]
    lines += INLINE.findall(FENCED.sub("", text))
    return [COMMENT.sub("", line).strip() for line in lines]


def commands(document: Path, program: str) -> list[str]:
    """The command lines in its code that call ``program``, without what stands before and after it."""
    found = []
    for line in code(document):
        inner = SUBSTITUTION.search(line)
        called = re.match(rf"(?:\S*/)?{program} ([a-z].*)", inner[1] if inner else line)
        if called:
            found.append(called[1])
    return found
