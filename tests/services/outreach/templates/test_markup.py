"""Reading pages piece by piece, however broken they are."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.outreach.templates.markup import deepest, pieces

SHREDS = st.sampled_from(
    [
        "<",
        ">",
        "<p",
        "</p>",
        "<!--",
        "-->",
        "<!--[if mso]>",
        "<![endif]-->",
        "<style>",
        "</style>",
        "=",
        '"',
        "'",
    ]
    + [" a", "/", "<![if !mso]>", "<!-->", "x", "\n"]
)


@given(st.lists(SHREDS).map("".join))
def test_the_pieces_have_no_gaps_and_lose_nothing(source: str) -> None:
    assert "".join(source[piece.start : piece.end] for piece in pieces(source)) == source


def test_the_attributes_of_a_tag_are_found_with_their_places() -> None:
    source = "<A HREF=\"x>y\" title='z' disabled data-a=b>"
    (tag,) = pieces(source)
    assert [(one.name, one.value, one.quoted) for one in tag.attributes] == [
        ("href", "x>y", True),
        ("title", "z", True),
        ("disabled", "", False),
        ("data-a", "b", False),
    ]
    assert [source[one.start : one.end] for one in tag.attributes] == ['"x>y"', "'z'", "", "b"]


def test_what_only_outlook_reads_is_hidden() -> None:
    source = "<p>a</p><!--[if mso]><b>b</b><![endif]--><!--[if !mso]><!--><i>c</i><!--<![endif]--><u>d</u>"
    hidden = {piece.name: piece.hidden for piece in pieces(source) if piece.kind == "tag"}
    assert hidden == {"p": False, "b": True, "i": False, "u": False}


def test_a_style_is_not_read_as_tags() -> None:
    kinds = [(piece.kind, piece.name) for piece in pieces("<style>a > b {} <p></style><p>")]
    assert kinds == [("tag", "style"), ("raw", "style"), ("end", "style"), ("tag", "p")]


def test_depth_counts_what_is_never_closed_and_not_what_closes_by_itself() -> None:
    assert deepest(pieces("<div><p>a<p>b<p>c<br><ul><li>1<li>2</ul></div>")) == 4
    assert deepest(pieces("<b><div></b>" * 50)) == 100


@pytest.mark.parametrize("shred", ['<a "', "<a b='", "<!--", "<style>", "<", "</a ", "<a \"'", "<!--[if "])
def test_a_hostile_source_is_read_in_no_time(shred: str) -> None:
    began = time.monotonic()
    assert list(pieces(shred * 50_000))
    assert time.monotonic() - began < 5
