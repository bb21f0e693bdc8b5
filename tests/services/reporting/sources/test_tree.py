"""Paths in the tree of sources."""

from uuid import UUID

from services.reporting.sources.tree import Branch, Tree

WEB, FORM, LOOP = (UUID(int=number) for number in (1, 2, 3))
TREE = Tree(
    [
        Branch(WEB, "web", "Website", None),
        Branch(FORM, "form", "Form", WEB),
        Branch(LOOP, "loop", "Loop", LOOP),
        Branch(UUID(int=4), "lost", "Lost", UUID(int=9)),
    ]
)


def test_a_path_leads_from_the_root_down() -> None:
    assert TREE.path("form") == ("web", "form")
    assert TREE.name("form") == "Form"


def test_what_nobody_entered_is_a_root_by_its_code() -> None:
    assert (TREE.path("fair"), TREE.name("fair")) == (("fair",), "fair")
    assert TREE.path("lost") == ("lost",)


def test_a_circle_ends() -> None:
    assert TREE.path("loop") == ("loop",)
