"""What differs between two versions."""

from dataclasses import dataclass, field
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.outreach.templates.comparing import Difference, Hunk, differences, hunks


@dataclass
class Version:
    contents: list[dict[str, Any]] = field(default_factory=list)
    layout: str = ""
    default_language: str = "en"
    countries: list[str] = field(default_factory=list)


def test_equal_versions_have_no_differences() -> None:
    version = Version([{"language": "en", "text": "a"}])
    assert differences(version, version) == []


def test_a_part_that_was_added_removed_or_changed_is_named_with_its_language() -> None:
    before = Version([{"language": "en", "subject": "a", "text": "x\ny\nz"}])
    after = Version(
        [{"language": "en", "text": "x\nw\nz"}, {"language": "de", "text": "neu"}], countries=["DE"]
    )
    assert differences(before, after) == [
        Difference("", "countries", "added", [Hunk(1, [], 1, ["DE"])]),
        Difference("de", "text", "added", [Hunk(1, [], 1, ["neu"])]),
        Difference("en", "subject", "removed", [Hunk(1, ["a"], 1, [])]),
        Difference("en", "text", "changed", [Hunk(2, ["y"], 2, ["w"])]),
    ]


LINES = st.lists(st.sampled_from(["a", "b", "c"]), max_size=12)


@given(LINES, LINES)
def test_the_hunks_lead_from_one_to_the_other(before: list[str], after: list[str]) -> None:
    made, at = [], 0
    for hunk in hunks(before, after):
        made += before[at : hunk.before_line - 1]
        assert before[hunk.before_line - 1 :][: len(hunk.before)] == hunk.before
        made += hunk.after
        at = hunk.before_line - 1 + len(hunk.before)
    assert made + before[at:] == after


def test_versions_that_have_little_in_common_are_told_apart_without_comparing_each_line() -> None:
    (hunk,) = hunks([f"a{n}" for n in range(3000)], [f"b{n}" for n in range(3000)])
    assert (len(hunk.before), len(hunk.after)) == (3000, 3000)
