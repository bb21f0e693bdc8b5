"""Whether the values of attributes are what their definitions say. No database, no framework."""

import math
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, Protocol

LONGEST_TEXT = 2000

Value = str | int | float | bool
"""A value as it is kept: a date is its ISO text."""


class Defined(Protocol):
    """What a definition says."""

    @property
    def code(self) -> str: ...
    @property
    def type(self) -> str: ...
    @property
    def choices(self) -> Sequence[str]: ...
    @property
    def required(self) -> bool: ...
    @property
    def applies_to(self) -> Collection[str]: ...
    @property
    def retired(self) -> bool: ...


class Refused(ValueError):
    """Why values are not taken: reasons by attribute."""

    def __init__(self, reasons: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{code}: {reason}" for code, reason in reasons.items()))
        self.reasons = reasons


def taken_over(
    given: Mapping[str, Any], known: Mapping[str, Any], definitions: Sequence[Defined], *, owner: str
) -> dict[str, Any]:
    """``known`` with ``given`` taken over; None takes a value away. Raises Refused.

    ``owner`` is what the values belong to: a contact, a customer or a lead.
    """
    by_code = {one.code: one for one in definitions if owner in one.applies_to}
    values, reasons = dict(known), {}
    for code, value in given.items():
        definition = by_code.get(code)
        if definition is None:
            reasons[code] = f"There is no such attribute of a {owner}"
        elif definition.retired and value is not None:
            reasons[code] = "Is retired"
        elif value is None:
            values.pop(code, None)
        elif (reason := fault(definition, value)) is not None:
            reasons[code] = reason
        else:
            values[code] = value
    for code, definition in by_code.items():
        if definition.required and not definition.retired and code not in values and code not in reasons:
            reasons[code] = "Is needed"
    if reasons:
        raise Refused(reasons)
    return values


def fault(definition: Defined, value: object) -> str | None:
    """Why ``value`` is none of this attribute, or None."""
    if definition.type == "bool":
        return None if isinstance(value, bool) else "Must be true or false"
    if definition.type == "number":
        return None if _is_number(value) else "Must be a number"
    if not isinstance(value, str) or not value.strip() or len(value) > LONGEST_TEXT:
        return f"Must be a text of at most {LONGEST_TEXT} characters, and not a blank one"
    if definition.type == "date":
        return None if _is_date(value) else "Must be a date such as 2026-11-21"
    if definition.type == "choice" and value not in definition.choices:
        return f"Must be one of {', '.join(definition.choices)}"
    return "Has characters that are no text" if "\0" in value else None


def _is_number(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return math.isfinite(value) and abs(value) < 10**15


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
