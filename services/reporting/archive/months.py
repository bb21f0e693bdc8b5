"""The months that the archive is divided into. An event belongs to that, in UTC, in which it happened."""

import re
from datetime import UTC, datetime
from typing import NamedTuple, Self

AHEAD = 2
"""Months that are made before they begin."""


class Month(NamedTuple):
    """A calendar month in UTC. Months sort by time."""

    year: int
    number: int

    @classmethod
    def of(cls, moment: datetime) -> Self:
        """The month in which a moment lies."""
        moment = moment.astimezone(UTC)
        return cls(moment.year, moment.month)

    @classmethod
    def read(cls, text: str) -> Self:
        """The month written as ``2026-11``. Raises ValueError for any other text."""
        found = re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", text)
        if found is None or found[1] == "0000":
            raise ValueError(f"{text} is not a month such as 2026-11")
        return cls(int(found[1]), int(found[2]))

    def later(self, months: int) -> Self:
        """The month so many months later."""
        years, index = divmod(self.number - 1 + months, 12)
        return type(self)(self.year + years, index + 1)

    @property
    def starts_at(self) -> datetime:
        """Its first moment."""
        return datetime(self.year, self.number, 1, tzinfo=UTC)

    @property
    def partition(self) -> str:
        """The name of the table that holds its events on PostgreSQL."""
        return f"archived_events_{self.year:04}_{self.number:02}"

    @property
    def detached(self) -> str:
        """The name of that table once it was taken out of the archive."""
        return f"detached_events_{self.year:04}_{self.number:02}"

    def __str__(self) -> str:
        return f"{self.year:04}-{self.number:02}"
