"""What differs between two contents of a plan, field by field. Pure: plain JSON values in, values out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from services.campaign.planning.plan import Content

KEYS: Mapping[str, tuple[str, ...]] = {
    "goals": ("metric",),
    "budget": ("line_id",),
    "participants": ("person", "duty"),
    "partners": ("name",),
    "purchases": ("item_id",),
    "waves": ("number",),
    "audience": ("position",),
}
"""By which fields the rows of a list are known again; the other lists are compared as a whole."""


@dataclass(frozen=True)
class Difference:
    """A field (``goals.responses.target``) that has another value; None: it is not there."""

    field: str
    before: Any
    after: Any


def differences(before: Content, after: Content) -> list[Difference]:
    """Everything that differs. There is none where the two are equal, and only there."""
    found: list[Difference] = []
    for name in sorted(before.keys() | after.keys()):
        old, new = before.get(name), after.get(name)
        if old == new:
            continue
        rows = list(_rows(name, old or [], new or [])) if name in KEYS else []
        found += rows or [Difference(name, old, new)]
    return found


def _rows(name: str, before: list[Content], after: list[Content]) -> Iterator[Difference]:
    old, new = ({_key(name, row): row for row in rows} for rows in (before, after))
    for key in sorted(old.keys() | new.keys()):
        path = ".".join((name, *key))
        if key not in old or key not in new:
            yield Difference(path, old.get(key), new.get(key))
            continue
        for field in sorted(old[key].keys() | new[key].keys()):
            values = old[key].get(field), new[key].get(field)
            if values[0] != values[1]:
                yield Difference(f"{path}.{field}", *values)


def _key(name: str, row: Content) -> tuple[str, ...]:
    return tuple(str(row[field]) for field in KEYS[name])
