"""Checks a value against a JSON Schema, formats included."""

from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

FORMATS = FormatChecker()


@FORMATS.checks("date-time", raises=ValueError)
def _has_a_time_zone(value: object) -> bool:
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


@FORMATS.checks("decimal", raises=InvalidOperation)
def _is_a_finite_number(value: object) -> bool:
    return not isinstance(value, str) or Decimal(value).is_finite()


def faults(schema: dict[str, Any], value: object) -> list[str]:
    """What is wrong with ``value``, one sentence each."""
    validator = Draft202012Validator(schema, format_checker=FORMATS)
    return [error.message for error in validator.iter_errors(value)]
