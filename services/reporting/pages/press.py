"""Sets one report: ``python -m services.reporting.pages.press`` reads it as JSON and writes the PDF.

It is a process of its own, which knows nothing of the service but the template beside it.
"""

import resource
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import typst

TEMPLATE = Path(__file__).parent / "templates" / "evaluation.typ"
MOST_MEMORY = 2 << 30
"""Bytes of address space; past that the process dies."""

FONTS = {"justmytype_western_core": ("notosans",), "justmytype_intl_cjk": ("notosanssc",)}


def font_folders() -> Iterator[Path]:
    """Where the fonts lie: Noto Sans under the SIL Open Font License, which lets them be embedded."""
    for package, names in FONTS.items():
        spec = find_spec(package)
        if spec is None or not spec.submodule_search_locations:
            raise RuntimeError(f"{package.replace('_', '-')}, which carries fonts, is not installed")
        for name in names:
            yield Path(spec.submodule_search_locations[0]) / "fonts" / "ofl" / name


def main() -> None:
    """Set what stands in the standard input."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    job = sys.stdin.buffer.read().decode()
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=list(font_folders())
    )
    document = typst.compile(
        str(TEMPLATE), font_paths=fonts, ignore_system_fonts=True, format="pdf", sys_inputs={"job": job}
    )
    assert isinstance(document, bytes)
    sys.stdout.buffer.write(document)


if __name__ == "__main__":
    main()
