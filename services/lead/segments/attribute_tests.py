"""Tests of attributes in segment rules: JSON values compared as what they are, on both databases.

A value of another type than the test's never holds, nor breaks the query: departments may give one code
to attributes of different types.
"""

import math
import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Float, Text, func, literal_column
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from services.lead.customers.model import Contact

ATTRIBUTE = "attribute."
CODE = re.compile(r"[a-z][a-z0-9_]{0,39}\Z")
MOST_VALUES = 1000
LONGEST = 2000


class AttributeText(FunctionElement[str]):
    """The value of an attribute as text; true and false as such. NULL where there is none."""

    name = "attribute_text"
    type = Text()
    inherit_cache = True


class AttributeNumber(FunctionElement[float]):
    """The value of an attribute that is a number; NULL for any other."""

    name = "attribute_number"
    type = Float()
    inherit_cache = True


@compiles(AttributeText, "postgresql")
def _text_on_postgresql(element: AttributeText, compiler: SQLCompiler, **options: Any) -> str:
    column, code = (compiler.process(one, **options) for one in element.clauses)
    return f"({column} ->> {code})"


@compiles(AttributeText, "sqlite")
def _text_on_sqlite(element: AttributeText, compiler: SQLCompiler, **options: Any) -> str:
    column, code = (compiler.process(one, **options) for one in element.clauses)
    path = f"'$.' || {code}"
    return (
        f"CASE json_type({column}, {path}) WHEN 'true' THEN 'true' WHEN 'false' THEN 'false'"
        f" ELSE CAST(json_extract({column}, {path}) AS TEXT) END"
    )


@compiles(AttributeNumber, "postgresql")
def _number_on_postgresql(element: AttributeNumber, compiler: SQLCompiler, **options: Any) -> str:
    column, code = (compiler.process(one, **options) for one in element.clauses)
    return (
        f"CASE WHEN jsonb_typeof({column} -> {code}) = 'number'"
        f" THEN CAST({column} ->> {code} AS DOUBLE PRECISION) END"
    )


@compiles(AttributeNumber, "sqlite")
def _number_on_sqlite(element: AttributeNumber, compiler: SQLCompiler, **options: Any) -> str:
    column, code = (compiler.process(one, **options) for one in element.clauses)
    path = f"'$.' || {code}"
    return (
        f"CASE WHEN json_type({column}, {path}) IN ('integer', 'real')"
        f" THEN json_extract({column}, {path}) END"
    )


Test = Callable[[ColumnElement[Any], Any], ColumnElement[bool]]

_SAME: Mapping[str, Test] = {
    "eq": lambda value, wanted: func.coalesce(value == wanted, False),
    "ne": lambda value, wanted: func.coalesce(value != wanted, True),
}
_PARTS: Mapping[str, Test] = {
    "contains": lambda value, wanted: func.coalesce(value.icontains(wanted, autoescape=True), False),
    "starts_with": lambda value, wanted: func.coalesce(value.istartswith(wanted, autoescape=True), False),
}
_LISTS: Mapping[str, Test] = {
    "in": lambda value, wanted: func.coalesce(value.in_(wanted), False),
    "not_in": lambda value, wanted: func.coalesce(value.not_in(wanted), True),
}
_ORDER: Mapping[str, Test] = {
    "lt": lambda value, wanted: func.coalesce(value < wanted, False),
    "lte": lambda value, wanted: func.coalesce(value <= wanted, False),
    "gt": lambda value, wanted: func.coalesce(value > wanted, False),
    "gte": lambda value, wanted: func.coalesce(value >= wanted, False),
}
_DATES: Mapping[str, Test] = {
    "before": lambda value, wanted: func.coalesce(value < wanted, False),
    "after": lambda value, wanted: func.coalesce(value >= wanted, False),
}
OPS = (*_SAME, *_PARTS, *_LISTS, *_ORDER, *_DATES, "exists")


def test_of_attribute(code: str, op: object, value: object) -> ColumnElement[bool]:
    """What a test says about an attribute of a contact. ``code`` is one by its form.

    Raises ValueError with the faulty part (``op`` or ``value``) and the reason.
    """
    if not isinstance(op, str) or op not in OPS:
        raise ValueError("op", f"Must be one of {', '.join(OPS)}")
    at = literal_column(f"'{code}'", Text)
    as_text, as_number = (kind(Contact.attributes, at) for kind in (AttributeText, AttributeNumber))
    if op == "exists":
        there = as_text.is_not(None)
        return there if _truth(value) else ~there
    if op in _LISTS:
        return _LISTS[op](as_text, _texts(value))
    if isinstance(value, bool):
        return _among(_SAME, op)(as_text, "true" if value else "false")
    if isinstance(value, int | float):
        if not math.isfinite(value) or abs(value) >= 10**15:
            raise ValueError("value", "Must be a number below 10^15")
        return _among({**_SAME, **_ORDER}, op)(as_number, float(value))
    if op in _DATES:
        return _DATES[op](as_text, _date(value))
    return _among({**_SAME, **_PARTS}, op)(as_text, _text(value))


def _among(tests: Mapping[str, Test], op: str) -> Test:
    if op not in tests:
        raise ValueError("op", f"Must be one of {', '.join(tests)} for such a value")
    return tests[op]


def _truth(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("value", "Must be true or false")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str) or len(value) > LONGEST or "\0" in value:
        raise ValueError("value", f"Must be a text of at most {LONGEST} characters, a number, true or false")
    return value


def _texts(value: object) -> list[str]:
    if not isinstance(value, list) or not 0 < len(value) <= MOST_VALUES:
        raise ValueError("value", f"Must be a list of 1 to {MOST_VALUES} texts")
    return [_text(one) for one in value]


def _date(value: object) -> str:
    try:
        return date.fromisoformat(_text(value)).isoformat()
    except ValueError:
        raise ValueError("value", "Must be a date such as 2026-11-21") from None
