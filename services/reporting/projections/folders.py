"""What a slice folds: its functions from events to the small changes that they make to projected rows."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from contracts.event import Event, declaration_of
from services.reporting.projections.shapes import Row, Shape

Change = tuple[Shape, Row]
Folder = Callable[[Any, int], Iterable[Change]]

E = TypeVar("E", bound=Event)


class Folders:
    """The folders of one slice, ``marked`` in the order of their declaration, each with its type of events.

    ``projections.fold`` names the slices whose folders are used.
    """

    def __init__(self) -> None:
        self.marked: list[tuple[str, Folder]] = []

    def __call__(
        self, event: type[E]
    ) -> Callable[[Callable[[E, int], Iterable[Change]]], Callable[[E, int], Iterable[Change]]]:
        """Mark a function that turns an event of this class, with its sequence, into changes."""

        def mark(folder: Callable[[E, int], Iterable[Change]]) -> Callable[[E, int], Iterable[Change]]:
            self.marked.append((declaration_of(event).type, folder))
            return folder

        return mark
