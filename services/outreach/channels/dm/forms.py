"""Where things stand on letters, envelopes and sheets of labels: data, read from ``sheets/forms.yaml``.

Lengths are in millimetres from the upper left corner of the sheet, sizes of letters in points.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import msgspec
import yaml

from services.outreach.channels.dm.widths import Room

SHEETS = Path(__file__).parent / "sheets"

_POINTS = 72 / 25.4
_LABEL_EDGE = 4.0
_LABEL_CODE = 12.0
_LABEL_SIZE = 10.0
_SENDER_SIZES = {"letters": 6.5, "envelopes": 9.0}


class Paper(msgspec.Struct, frozen=True):
    """A size of paper, or of a label."""

    width: float
    height: float


class Spot(msgspec.Struct, frozen=True):
    """A rectangle. ``size`` is the largest size of letters in it."""

    x: float
    y: float
    width: float = 0.0
    height: float = 0.0
    size: float = 0.0

    def room(self, size: float) -> Room:
        """What may stand in it, at most so many points large."""
        return Room(self.width * _POINTS, self.height * _POINTS, size)


class Body(msgspec.Struct, frozen=True):
    """The margins of a letter's text: ``top`` on its first page, ``next_top`` on those that follow."""

    left: float
    right: float
    top: float
    next_top: float
    bottom: float
    size: float


class LetterForm(msgspec.Struct, frozen=True):
    """A letter. ``window`` is what shows of it through its envelope however it lies in there."""

    paper: Paper
    window: Spot
    sender: Spot
    address: Spot
    code: Spot
    head: Spot
    body: Body
    folds: list[float]
    punch: float | None
    mark_x: float


class EnvelopeForm(msgspec.Struct, frozen=True):
    """A printed envelope."""

    paper: Paper
    sender: Spot
    address: Spot
    code: Spot


class LabelForm(msgspec.Struct, frozen=True):
    """A sheet of labels; ``step`` leads from one label's corner to the next."""

    paper: Paper
    across: int
    down: int
    label: Paper
    first: Spot
    step: Spot

    @property
    def room(self) -> Room:
        """What the address on a label may take, with the code beside it."""
        code = min(self.label.height - 2 * _LABEL_EDGE, _LABEL_CODE)
        width = self.label.width - 3 * _LABEL_EDGE - code
        return Spot(0, 0, width, self.label.height - 2 * _LABEL_EDGE).room(_LABEL_SIZE)


class Forms(msgspec.Struct, frozen=True):
    """Every form by its name."""

    letters: dict[str, LetterForm]
    envelopes: dict[str, EnvelopeForm]
    labels: dict[str, LabelForm]


@cache
def forms() -> Forms:
    """All forms."""
    return msgspec.convert(yaml.safe_load((SHEETS / "forms.yaml").read_text()), Forms)


@dataclass(frozen=True)
class Layout:
    """What is printed for each piece: a letter, and an envelope and a label where these are wanted.

    ``sender`` are the lines that say who writes.
    """

    letter: LetterForm
    envelope: EnvelopeForm | None = None
    labels: LabelForm | None = None
    sender: Sequence[str] = ()

    @classmethod
    def named(cls, *, form: str, envelope: str, labels: str, sender: str) -> "Layout":
        """By the names of the forms; ``none`` or nothing leaves one out. ``sender`` has | between lines.

        Raises ValueError for a name that there is not.
        """
        known = forms()
        for name, there, optional in (
            (form, known.letters, False),
            (envelope, known.envelopes, True),
            (labels, known.labels, True),
        ):
            if name not in there and not (optional and name in {"", "none"}):
                raise ValueError(f"there is no form {name!r}; there are {', '.join(there)}")
        lines = tuple(line.strip() for line in sender.split("|") if line.strip())
        return cls(known.letters[form], known.envelopes.get(envelope), known.labels.get(labels), lines)

    @property
    def documents(self) -> tuple[str, ...]:
        """What is printed."""
        wanted = {"letters": self.letter, "envelopes": self.envelope, "labels": self.labels}
        return tuple(name for name, form in wanted.items() if form is not None)

    @property
    def rooms(self) -> dict[str, Room]:
        """What the address may take in each document."""
        rooms = {"letters": self.letter.address.room(self.letter.address.size)}
        if self.envelope is not None:
            rooms["envelopes"] = self.envelope.address.room(self.envelope.address.size)
        if self.labels is not None:
            rooms["labels"] = self.labels.room
        return rooms

    @property
    def sender_sizes(self) -> dict[str, float]:
        """How large the sender is written so that it fits, in points."""
        if not self.sender:
            return {}
        line = self.letter.sender.room(_SENDER_SIZES["letters"])
        sizes = {"letters": line.size_of([" · ".join(self.sender)])}
        if self.envelope is not None:
            sizes["envelopes"] = self.envelope.sender.room(_SENDER_SIZES["envelopes"]).size_of(self.sender)
        return sizes
