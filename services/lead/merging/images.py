"""What a survivor takes over, and what an undo gives back. Pure rules over plain values.

An image maps the names of fields to JSON values. ``attributes`` and ``consents`` are mappings themselves.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

Image = dict[str, Any]

CONTACT_FIELDS: Final = (
    *("given_name", "family_name", "company", "kind", "email", "phone", "fax", "chat", "address"),
    *("region", "language", "source", "owner", "customer_id", "role", "country", "time_zone"),
    *("attributes", "reach", "external_id"),
)
CUSTOMER_FIELDS: Final = ("name", "kind", "region", "source", "owner", "main_contact_id", "attributes")
_KEYED: Final = ("attributes", "reach")


def image_of(row: object, fields: Collection[str]) -> Image:
    """The values of a row, with ids as text."""
    return {name: _plain(getattr(row, name)) for name in fields}


def values_of(image: Mapping[str, Any]) -> dict[str, Any]:
    """The values of an image as a row takes them."""
    ids = ("customer_id", "main_contact_id")
    return {name: UUID(value) if name in ids and value else value for name, value in image.items()}


def taken_over(survivor: Image, loser: Image, *, take: Collection[str], fill_blanks: bool) -> Image:
    """What changes about the survivor: the fields that were chosen, and, if so wished, those it lacks.

    Of attributes, each one is a choice of its own: chosen as a whole the loser's win, otherwise only
    those are filled that the survivor does not have.
    """
    changes: Image = {}
    for name, value in loser.items():
        mine = survivor[name]
        if name == "reach":
            new = {**mine, **{key: told for key, told in value.items() if key in take or key not in mine}}
        elif name in _KEYED:
            new = {**mine, **value} if name in take else {**value, **mine} if fill_blanks else mine
        elif name in take or (fill_blanks and _is_blank(mine)):
            new = value
        else:
            new = mine
        if new != mine:
            changes[name] = new
    return changes


def given_back(now: Image, *, before: Image, after: Image) -> Image:
    """What an undo changes about the survivor: what the merge brought and nobody has changed since."""
    changes: Image = {}
    for name, old in before.items():
        if name in _KEYED:
            new = _keys_given_back(now[name], before=old, after=after[name])
        else:
            new = old if now[name] == after[name] else now[name]
        if new != now[name]:
            changes[name] = new
    return changes


def merged_consent(
    mine: tuple[bool, datetime] | None, theirs: tuple[bool, datetime]
) -> tuple[bool, datetime] | None:
    """The consent that holds for both as (granted, since), or None where it is the survivor's already.

    A withdrawal of either wins, whichever word was later; a still later word of the person wins over both.
    """
    if mine is None:
        return theirs
    return (False, max(mine[1], theirs[1])) if mine[0] and not theirs[0] else None


def _keys_given_back(now: Mapping[str, Any], *, before: Mapping[str, Any], after: Mapping[str, Any]) -> Image:
    new = dict(now)
    for key in {*before, *after}:
        if now.get(key) == after.get(key) and before.get(key) != after.get(key):
            if key in before:
                new[key] = before[key]
            else:
                new.pop(key, None)
    return new


def _is_blank(value: object) -> bool:
    return value is None or value == ""


def _plain(value: object) -> object:
    if isinstance(value, UUID):
        return str(value)
    return dict(value) if isinstance(value, dict) else value
