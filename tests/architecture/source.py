"""The source files that the rules look at, and what is easily asked of them."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PRODUCT = ("contracts", "chassis", "services", "fanfare")
PARTS = ("body", "orelse", "finalbody", "handlers", "cases")
EVERYTHING = (*PRODUCT, "tests", "bench", "deploy")


@dataclass(frozen=True)
class Source:
    """One Python file, by its path below the root."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, self.path)

    @property
    def lines(self) -> int:
        return len(self.text.splitlines())

    @cached_property
    def blocks(self) -> list[ast.AST]:
        """The module with all its statements, handlers and cases, but nothing of the expressions in them."""
        found: list[ast.AST] = [self.tree]
        for node in found:
            for name in PARTS:
                part = getattr(node, name, None)
                found += part if isinstance(part, list) else []
        return found

    def functions(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        for node in self.blocks:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node


@cache
def source_of(path: Path, root: Path) -> Source:
    """One file, read and parsed once for all rules."""
    return Source(path.relative_to(root).as_posix(), path.read_text())


def sources(*folders: str, root: Path = ROOT) -> list[Source]:
    """The Python files below ``folders``."""
    return [source_of(path, root) for folder in folders for path in sorted((root / folder).rglob("*.py"))]
