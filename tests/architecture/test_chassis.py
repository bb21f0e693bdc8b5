"""The chassis is technical only, and nobody else commits."""

import ast
import re

import pytest

from tests.architecture.source import PRODUCT, Source, sources

DOMAIN_WORDS = {
    "approval", "budget", "campaign", "claim", "consent", "contact", "customer", "expense", "invoice", "lead",
    "mailing", "marketing", "opportunity", "outreach", "quota", "sales", "segment", "suppression", "wave",
}  # fmt: skip

TECHNICAL_TOO = {"claim": {"chassis/auth.py", "chassis/config.py", "chassis/tokens.py"}}
"""Words that RFC 7519 (JSON Web Token) uses in a sense of its own, in the files that are about it."""


def domain_words(source: Source) -> list[str]:
    """The words of the domain in names, texts and comments, each with its line."""
    found = []
    for number, line in enumerate(source.text.splitlines(), start=1):
        for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", line):
            singular = _singular(word.lower())
            if singular in DOMAIN_WORDS and source.path not in TECHNICAL_TOO.get(singular, ()):
                found.append(f"{source.path}:{number}: {word}")
    return found


def committers(source: Source) -> list[str]:
    """Where ``.commit()`` is called."""
    if "commit" not in source.text:
        return []
    return [
        f"{source.path}:{node.lineno}"
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit"
    ]


def test_the_chassis_holds_no_word_of_the_domain() -> None:
    found = [found for source in sources("chassis") for found in domain_words(source)]
    assert not found, "\n".join(found)


def test_only_the_chassis_database_commits() -> None:
    others = [source for source in sources(*PRODUCT) if source.path != "chassis/database.py"]
    found = [place for source in others for place in committers(source)]
    assert not found, found


@pytest.mark.parametrize(
    "line", ["class LeadSource:", "on_wave_released = 1", "# keeps budgets", 'x = "/campaigns"', "LEAD = 1"]
)
def test_a_word_of_the_domain_is_found_in_names_texts_and_comments(line: str) -> None:
    assert len(domain_words(Source("chassis/x.py", line))) == 1


@pytest.mark.parametrize("line", ["misleading = 1", "def release(): ...", "waveform = 2", "leader = 1"])
def test_a_word_that_only_contains_one_is_not_found(line: str) -> None:
    assert domain_words(Source("chassis/x.py", line)) == []


def test_a_commit_is_found() -> None:
    assert committers(Source("services/x.py", "def f(session):\n    session.commit()\n")) == [
        "services/x.py:2"
    ]


def _singular(word: str) -> str:
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    return word if word in DOMAIN_WORDS else word.removesuffix("s")
