"""The parts of a mail: each encoded as far as it is the same for all, the rest filled in for each recipient.

A part goes as quoted-printable, whose unchanging pieces can be encoded beforehand, or as base64 where
that is shorter, as for Chinese.
"""

import binascii
from collections.abc import Callable, Collection, Sequence
from typing import Protocol

from services.outreach.channels.email import quoted
from services.outreach.channels.email.compiled import Choice, Field, Segment, Values, text_of

BASE64_LINE = 76
_BASE64_GROWTH = 4 / 3 * (BASE64_LINE + 2) / BASE64_LINE

Filler = Callable[[Values], bytes]


class Body(Protocol):
    """One part of a mail, encoded as far as it is the same for all."""

    encoding: str

    def fill(self, values: Values) -> list[bytes]:
        """What is between the part's headers and the next boundary, with CRLF at its end."""
        ...


class QuotedBody:
    """Quoted-printable: pieces that stay, and values between them. ``plain`` values go in as they are."""

    encoding = "quoted-printable"

    def __init__(self, segments: Sequence[Segment], *, escaping: bool, plain: Collection[str] = ()) -> None:
        self.pieces: list[bytes] = []
        self._as_they_are: list[tuple[str, int]] = []
        self._others: list[tuple[Filler, list[int]]] = []
        known: dict[str, list[int]] = {}
        for segment in segments:
            if isinstance(segment, str):
                self.pieces.append(quoted.piece(segment))
                continue
            place = len(self.pieces)
            self.pieces.append(b"")
            if isinstance(segment, Field) and segment.bare and segment.name in plain:
                self._as_they_are.append((segment.name, place))
            elif isinstance(segment, Field) and segment.name in known:
                known[segment.name].append(place)
            else:
                places = [place]
                self._others.append((_filler(segment, escaping=escaping, plain=plain), places))
                if isinstance(segment, Field):
                    known[segment.name] = places

    def fill(self, values: Values) -> list[bytes]:
        """See ``Body``."""
        pieces = self.pieces.copy()
        for name, place in self._as_they_are:
            pieces[place] = values[name].encode() + quoted.SOFT_BREAK
        for filler, places in self._others:
            filled = filler(values)
            for place in places:
                pieces[place] = filled
        return pieces


class Base64Body:
    """Base64: the whole part anew for each recipient."""

    encoding = "base64"

    def __init__(self, segments: Sequence[Segment]) -> None:
        self._segments = segments

    def fill(self, values: Values) -> list[bytes]:
        """See ``Body``."""
        text = text_of(self._segments, values).replace("\r\n", "\n").replace("\r", "\n")
        return [base64_lines(text.replace("\n", "\r\n").encode()), b"\r\n"]


def body_of(segments: Sequence[Segment], *, escaping: bool, plain: Collection[str] = ()) -> Body:
    """The part in the encoding that makes it shorter. Its text ends with a line end in any case.

    ``escaping``: it is HTML. The values named in ``plain`` are known to need no encoding.
    """
    if not (segments and isinstance(segments[-1], str) and segments[-1].endswith("\n")):
        segments = (*segments, "\n")
    body = QuotedBody(segments, escaping=escaping, plain=plain)
    size = sum(len(one.encode()) for one in segments if isinstance(one, str))
    return body if sum(map(len, body.pieces)) <= size * _BASE64_GROWTH else Base64Body(segments)


def base64_lines(data: bytes) -> bytes:
    """``data`` as base64 in lines, without a line end at its end."""
    coded = binascii.b2a_base64(data, newline=False)
    return b"\r\n".join(coded[place : place + BASE64_LINE] for place in range(0, len(coded), BASE64_LINE))


def _filler(segment: Field | Choice, *, escaping: bool, plain: Collection[str]) -> Filler:
    if isinstance(segment, Choice):
        return _chooser(segment, escaping=escaping, plain=plain)
    name, text = segment.name, segment.of
    if not segment.bare:
        return lambda values: quoted.value(text(values))
    encode = quoted.markup if escaping else quoted.value
    return lambda values: encode(values[name])


def _chooser(choice: Choice, *, escaping: bool, plain: Collection[str]) -> Filler:
    branches = [*(branch for _, branch in choice.branches), choice.otherwise]
    bodies = {id(one): QuotedBody(one, escaping=escaping, plain=plain) for one in branches}
    return lambda values: b"".join(bodies[id(choice.chosen(values))].fill(values))
