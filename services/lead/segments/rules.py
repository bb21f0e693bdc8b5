"""Segment rules: from JSON to one bound SQL condition on contacts.

A rule is `{"all": [...]}`, `{"any": [...]}`, `{"not": {...}}` or `{"field", "op", "value"}`. The field
`attribute.CODE` is one that the department defined.
Values only ever travel as bound parameters. Every fault is named with the path to it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, not_, or_
from sqlalchemy.orm import InstrumentedAttribute

from chassis.errors import Invalid
from services.lead.customers.model import CHANNELS, Consent, Contact
from services.lead.segments.attribute_tests import ATTRIBUTE, CODE, test_of_attribute

DEEPEST = 10
MOST_TESTS = 100
MOST_VALUES = 1000
LONGEST = 200

Test = Callable[[InstrumentedAttribute[Any], Any], ColumnElement[bool]]

TEXTS: Mapping[str, InstrumentedAttribute[Any]] = {
    "region": Contact.region,
    "kind": Contact.kind,
    "language": Contact.language,
    "source": Contact.source,
    "owner": Contact.owner,
    "company": Contact.company,
    "given_name": Contact.given_name,
    "family_name": Contact.family_name,
    "email_domain": Contact.email_domain,
    "country": Contact.country,
    "time_zone": Contact.time_zone,
    "role": Contact.role,
}
PRESENCES: Mapping[str, InstrumentedAttribute[Any]] = {
    "email": Contact.email,
    "phone": Contact.phone,
    "fax": Contact.fax,
    "chat": Contact.chat,
    "address": Contact.address,
}
MOMENTS: Mapping[str, InstrumentedAttribute[Any]] = {
    "created_at": Contact.created_at,
    "changed_at": Contact.changed_at,
}
FIELDS = (
    *(*TEXTS, *PRESENCES, *MOMENTS, "customer_id"),
    *(f"consent.{channel}" for channel in CHANNELS),
)

_TEXT_TESTS: Mapping[str, Test] = {
    "eq": lambda column, value: column == value,
    "ne": lambda column, value: column != value,
    "contains": lambda column, value: column.icontains(value, autoescape=True),
    "starts_with": lambda column, value: column.istartswith(value, autoescape=True),
}
_LIST_TESTS: Mapping[str, Test] = {
    "in": lambda column, values: column.in_(values),
    "not_in": lambda column, values: column.not_in(values),
}
_MOMENT_TESTS: Mapping[str, Test] = {
    "before": lambda column, moment: column < moment,
    "after": lambda column, moment: column >= moment,
}


def condition(rule: object) -> ColumnElement[bool]:
    """What ``rule`` says about a contact. Raises Invalid naming the path, e.g. `rule.all.0.field`."""
    return _Compiler().compile(rule, "rule", depth=1)


class _Compiler:
    """Counts the tests of one rule while it turns them into SQL."""

    def __init__(self) -> None:
        self.tests = 0

    def compile(self, rule: object, path: str, *, depth: int) -> ColumnElement[bool]:
        if not isinstance(rule, dict) or not rule:
            raise _fault(path, "Must be an object with all, any, not, or field")
        if depth > DEEPEST:
            raise _fault(path, f"Is nested more than {DEEPEST} deep")
        for word, join in (("all", and_), ("any", or_)):
            if word in rule:
                _only(rule, (word,), path)
                return join(*self._parts(rule[word], f"{path}.{word}", depth=depth))
        if "not" in rule:
            _only(rule, ("not",), path)
            return not_(self.compile(rule["not"], f"{path}.not", depth=depth + 1))
        return self._test(rule, path)

    def _parts(self, parts: object, path: str, *, depth: int) -> list[ColumnElement[bool]]:
        if not isinstance(parts, list) or not parts:
            raise _fault(path, "Must be a list of rules, and not an empty one")
        return [self.compile(part, f"{path}.{at}", depth=depth + 1) for at, part in enumerate(parts)]

    def _test(self, rule: dict[str, Any], path: str) -> ColumnElement[bool]:
        _only(rule, ("field", "op", "value"), path)
        for word in ("field", "op", "value"):
            if word not in rule:
                raise _fault(f"{path}.{word}", "Is missing")
        self.tests += 1
        if self.tests > MOST_TESTS:
            raise _fault(path, f"Is one test too many; a rule has at most {MOST_TESTS}")
        field, op, value = rule["field"], rule["op"], rule["value"]
        if isinstance(field, str) and field.startswith(ATTRIBUTE):
            return _attribute_test(field.removeprefix(ATTRIBUTE), op, value, path=path)
        if not isinstance(field, str) or field not in FIELDS:
            raise _fault(f"{path}.field", f"Must be one of {', '.join(FIELDS)}, {ATTRIBUTE}CODE")
        if field in TEXTS:
            return _text_test(TEXTS[field], op, value, path=path)
        if field in PRESENCES:
            _one_of(op, ("exists",), path)
            return _whether(PRESENCES[field].is_not(None), _truth(value, path))
        if field in MOMENTS:
            return _test_of(op, _MOMENT_TESTS, path)(MOMENTS[field], _moment(value, path))
        if field == "customer_id":
            _one_of(op, ("eq",), path)
            return Contact.customer_id == _uuid(value, path)
        _one_of(op, ("eq",), path)
        return _whether(_has_consented(field.removeprefix("consent.")), _truth(value, path))


def _text_test(
    column: InstrumentedAttribute[Any], op: object, value: object, *, path: str
) -> ColumnElement[bool]:
    if isinstance(op, str) and op in _LIST_TESTS:
        if not isinstance(value, list) or not 0 < len(value) <= MOST_VALUES:
            raise _fault(f"{path}.value", f"Must be a list of 1 to {MOST_VALUES} texts")
        return _LIST_TESTS[op](column, [_text(one, path) for one in value])
    return _test_of(op, {**_TEXT_TESTS, **_LIST_TESTS}, path)(column, _text(value, path))


def _attribute_test(code: str, op: object, value: object, *, path: str) -> ColumnElement[bool]:
    if not CODE.match(code):
        raise _fault(f"{path}.field", "Must name an attribute by its code")
    try:
        return test_of_attribute(code, op, value)
    except ValueError as error:
        raise _fault(f"{path}.{error.args[0]}", error.args[1]) from None


def attributes_in(rule: object, path: str = "rule") -> Iterator[tuple[str, str]]:
    """(path, code) of each attribute that a rule without faults asks for."""
    if isinstance(rule, dict):
        field = rule.get("field")
        if isinstance(field, str) and field.startswith(ATTRIBUTE):
            yield f"{path}.field", field.removeprefix(ATTRIBUTE)
        for word in ("all", "any", "not"):
            yield from attributes_in(rule.get(word), f"{path}.{word}")
    elif isinstance(rule, list):
        for at, part in enumerate(rule):
            yield from attributes_in(part, f"{path}.{at}")


def _has_consented(channel: str) -> ColumnElement[bool]:
    return exists().where(Consent.contact_id == Contact.id, Consent.channel == channel, Consent.granted)


def _whether(holds: ColumnElement[bool], wanted: bool) -> ColumnElement[bool]:
    return holds if wanted else not_(holds)


def _one_of(op: object, known: Iterable[str], path: str) -> str:
    if not isinstance(op, str) or op not in known:
        raise _fault(f"{path}.op", f"Must be one of {', '.join(known)} for this field")
    return op


def _test_of(op: object, tests: Mapping[str, Test], path: str) -> Test:
    return tests[_one_of(op, tests, path)]


def _only(rule: dict[str, Any], words: tuple[str, ...], path: str) -> None:
    for word in rule:
        if word not in words:
            raise _fault(f"{path}.{word}", "Does not belong here")


def _text(value: object, path: str) -> str:
    if not isinstance(value, str) or len(value) > LONGEST:
        raise _fault(f"{path}.value", f"Must be a text of at most {LONGEST} characters")
    return value


def _truth(value: object, path: str) -> bool:
    if not isinstance(value, bool):
        raise _fault(f"{path}.value", "Must be true or false")
    return value


def _moment(value: object, path: str) -> datetime:
    try:
        moment = datetime.fromisoformat(_text(value, path))
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise _fault(f"{path}.value", "Must be a date or time such as 2026-11-21T08:00:00Z") from None


def _uuid(value: object, path: str) -> UUID:
    try:
        return UUID(_text(value, path))
    except ValueError:
        raise _fault(f"{path}.value", "Must be an id") from None


def _fault(path: str, reason: str) -> Invalid:
    return Invalid({path: [reason]})
