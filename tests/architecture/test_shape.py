"""Files stay small enough to read, say what they are for, and have names that mean something."""

import ast
import re

import pytest

from tests.architecture.source import EVERYTHING, PRODUCT, ROOT, Source, sources

MOST_LINES_OF_A_MODULE = 400
MOST_LINES_OF_A_FUNCTION = 30
EMPTY_NAMES = {
    "abstract",
    "base_class",
    "common",
    "helper",
    "helpers",
    "impl",
    "manager",
    "misc",
    "util",
    "utils",
}


def long_functions(source: Source) -> list[str]:
    """Functions whose statements go over the limit; a signature and a docstring may take their space.

    Migrations list tables and may be long.
    """
    if "/migrations/" in source.path:
        return []
    found = []
    for function in source.functions():
        first = function.body[ast.get_docstring(function) is not None :]
        lines = (function.end_lineno or function.lineno) - first[0].lineno + 1 if first else 0
        if lines > MOST_LINES_OF_A_FUNCTION:
            found.append(f"{source.path}:{function.lineno}: {function.name} has {lines} lines")
    return found


def broad_handlers(source: Source) -> list[str]:
    """Where everything is caught and not raised again in the end."""
    return [
        f"{source.path}:{node.lineno}"
        for node in source.blocks
        if isinstance(node, ast.ExceptHandler) and _is_broad(node.type) and not _passes_on(node)
    ]


def test_modules_have_at_most_400_lines() -> None:
    long = [
        f"{source.path}: {source.lines}"
        for source in sources(*EVERYTHING)
        if source.lines > MOST_LINES_OF_A_MODULE
    ]
    assert not long, long


def test_functions_have_at_most_30_lines() -> None:
    long = [found for source in sources(*EVERYTHING) for found in long_functions(source)]
    assert not long, "\n".join(long)


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        source.path
        for source in sources(*EVERYTHING)
        if source.text.strip() and not ast.get_docstring(source.tree)
    ]
    assert not silent, silent


def test_no_file_or_folder_or_class_has_an_empty_name() -> None:
    found = []
    for source in sources(*EVERYTHING):
        steps = source.path.removesuffix(".py").split("/")
        classes = [node.name for node in source.blocks if isinstance(node, ast.ClassDef)]
        if EMPTY_NAMES & {step.lower() for step in steps}:
            found.append(source.path)
        found += [
            f"{source.path}: {name}"
            for name in classes
            if name.endswith(("Manager", "Impl", "Helper", "Utils"))
        ]
    assert not found, found


def test_only_the_chassis_catches_everything() -> None:
    watched = [source for source in sources(*PRODUCT) if not source.path.startswith("chassis/")]
    found = [place for source in watched for place in broad_handlers(source)]
    assert not found, found


def test_nothing_is_left_to_do_later() -> None:
    marks = re.compile(r"#.*\b(TODO|FIXME|XXX|HACK)\b|\braise NotImplementedError\b")
    found = [source.path for source in sources(*PRODUCT, "bench") if marks.search(source.text)]
    assert not found, found


def test_only_services_stand_under_services() -> None:
    folders = [path for path in sorted((ROOT / "services").iterdir()) if path.is_dir()]
    strays = [
        path.name for path in folders if path.name != "__pycache__" and not (path / "service.py").is_file()
    ]
    assert not strays, strays


@pytest.mark.parametrize(
    "text", ["except Exception: ...", "except (OSError, BaseException): ...", "except: ..."]
)
def test_a_handler_of_everything_is_found(text: str) -> None:
    assert broad_handlers(Source("services/x.py", f"try: ...\n{text}")) == ["services/x.py:2"]


def test_a_handler_that_only_cleans_up_may_catch_everything() -> None:
    text = "try: ...\nexcept BaseException:\n    close()\n    raise\n"
    assert broad_handlers(Source("services/x.py", text)) == []


def test_a_long_function_is_found() -> None:
    body = "    x = 1\n" * 31
    assert long_functions(Source("a.py", f"def f():\n{body}")) == ["a.py:1: f has 31 lines"]


def test_a_function_is_found_wherever_it_stands() -> None:
    inner = "  def f():\n   class A:\n    async def g(self): ...\n"
    places = [
        f"try: ...\nexcept* E:\n{inner}else:\n{inner}finally:\n{inner}",
        f"match x:\n case 1:\n{inner}",
        f"if x: ...\nelif y:\n{inner}",
        f"for x in y: ...\nelse:\n{inner}",
    ]
    found = [[function.name for function in Source("a.py", text).functions()] for text in places]
    assert found == [["f"] * 3 + ["g"] * 3, *[["f", "g"]] * 3]


def _is_broad(caught: ast.expr | None) -> bool:
    if isinstance(caught, ast.Tuple):
        return any(_is_broad(element) for element in caught.elts)
    return caught is None or (isinstance(caught, ast.Name) and caught.id in {"Exception", "BaseException"})


def _passes_on(handler: ast.ExceptHandler) -> bool:
    last = handler.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None
