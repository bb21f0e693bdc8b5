"""Quoted-printable in pieces says what was written, however it is cut."""

import binascii
import re

from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import escape

from services.outreach.channels.email import quoted

TEXTS = st.text(alphabet=st.sampled_from("ab .=\tFrom\n\réü你🎉 &<'\""), max_size=300) | st.text(
    alphabet=st.characters(exclude_categories=["Cs"]), max_size=200
)


def with_crlf(text: str) -> bytes:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n").encode()


@settings(max_examples=50)
@given(st.lists(st.tuples(TEXTS, TEXTS), max_size=4))
def test_pieces_and_values_together_say_what_was_written(parts: list[tuple[str, str]]) -> None:
    raw = b"".join(quoted.piece(same) + quoted.value(own) for same, own in parts)
    assert binascii.a2b_qp(raw) == b"".join(with_crlf(same) + with_crlf(own) for same, own in parts)


@settings(max_examples=50)
@given(TEXTS)
def test_a_value_in_html_is_escaped(text: str) -> None:
    assert binascii.a2b_qp(quoted.markup(text)) == with_crlf(str(escape(text)))


@settings(max_examples=50)
@given(st.lists(TEXTS, max_size=4))
def test_every_line_is_short_and_already_as_a_signature_wants_it(texts: list[str]) -> None:
    raw = b"".join(quoted.piece(one) + quoted.markup(one) for one in texts)
    assert raw.count(b"\n") == raw.count(b"\r\n") == raw.count(b"\r")
    for line in raw.split(b"\r\n"):
        assert len(line) <= 76
        assert not line.startswith((b".", b"From "))
        assert not re.search(rb"[ \t]$|[ \t][ \t]|\t", line)


@given(TEXTS)
def test_a_plain_value_goes_in_as_it_is(text: str) -> None:
    if quoted.is_plain(text):
        assert quoted.value(text) == quoted.markup(text) == text.encode() + quoted.SOFT_BREAK
