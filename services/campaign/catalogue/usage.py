"""Which codes a plan may use: those that are active, and those that it has had before."""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass

Codes = Mapping[str, Set[str]]
"""Codes by the name of their list."""


@dataclass(frozen=True)
class Use:
    """A code of a list, as a field of a plan names it."""

    field: str
    list: str
    code: str


def unknown_codes(uses: Iterable[Use], *, active: Codes, kept: Iterable[Use] = ()) -> dict[str, list[str]]:
    """Why codes may not be used, by field. ``kept`` are those that the plan has already."""
    had = {(use.list, use.code) for use in kept}
    return {
        use.field: [f"{use.code} is not an active code of the list {use.list}"]
        for use in uses
        if use.code not in active.get(use.list, ()) and (use.list, use.code) not in had
    }
