"""Checks that every link between the documents leads somewhere: ``python -m tests.harness.links``.

A relative link must name a file or folder of the repository, and its fragment a heading there.
Addresses of the network are not visited.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote

LINK = re.compile(r"!?\[[^\]]*\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
FENCE = re.compile(r"^(```|~~~).*?^\1\s*$", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*$", re.MULTILINE)
ELSEWHERE = re.compile(r"^[a-z][a-z0-9+.-]*:", re.IGNORECASE)


def documents() -> list[Path]:
    """Every Markdown file that is, or is about to be, in the repository."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"]
    listing = subprocess.run(command, capture_output=True, text=True, check=True)
    return [Path(line) for line in sorted(set(listing.stdout.splitlines())) if Path(line).exists()]


def broken(document: Path) -> Iterator[str]:
    """The links of a document that lead nowhere, each as a line that names it."""
    text = FENCE.sub("", document.read_text(encoding="utf-8"))
    for target in LINK.findall(text):
        if ELSEWHERE.match(target):
            continue
        path, _, fragment = unquote(target).partition("#")
        found = document.parent / path if path else document
        if not found.exists():
            yield f"{document}: {target} does not exist"
        elif fragment and found.suffix == ".md" and fragment not in anchors(found):
            yield f"{document}: {target} names no heading"


@cache
def anchors(document: Path) -> set[str]:
    """The fragments of a document's headings, as code hosts make them."""
    text = FENCE.sub("", document.read_text(encoding="utf-8"))
    found: set[str] = set()
    for heading in HEADING.findall(text):
        words = re.sub(r"[^\w\- ]", "", LINK.sub(r"\1", heading).lower()).replace(" ", "-")
        repeats = sum(one == words or one.startswith(f"{words}-") for one in found)
        found.add(f"{words}-{repeats}" if words in found else words)
    return found


def main() -> int:
    """Print every broken link. Returns 1 when there is one."""
    problems = [line for document in documents() for line in broken(document)]
    print("\n".join(problems) or f"the links of {len(documents())} documents lead somewhere")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
