"""What is shown is what marshmallow would have made of it."""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from types import MappingProxyType, SimpleNamespace
from typing import Any, cast
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import Schema, fields, post_dump

from chassis.showing import shower, value_of


class Inner(Schema):
    at = fields.DateTime()
    word = fields.String()


class Every(Schema):
    text = fields.String()
    number = fields.Integer()
    spelled = fields.Integer(as_string=True)
    flag = fields.Boolean()
    id = fields.UUID()
    moment = fields.AwareDateTime()
    stamp = fields.DateTime(format="timestamp")
    day = fields.Date()
    amount = fields.Decimal(as_string=True)
    share = fields.Float()
    anything = fields.Raw()
    plain = fields.Dict()
    table = fields.Dict(keys=fields.String(), values=fields.Integer(as_string=True))
    renamed = fields.String(attribute="name", data_key="called")
    usual = fields.String(dump_default="none")
    texts = fields.List(fields.String())
    one = fields.Nested(Inner)
    some = fields.List(fields.Nested(Inner))
    many = fields.Nested(Inner, many=True)
    short = fields.Nested(Inner, only=("word",))
    late = fields.Nested(lambda: Inner(exclude=("at",)))
    counted = fields.Function(lambda shown: str(type(shown)))
    secret = fields.String(load_only=True)


MOMENTS = st.datetimes(timezones=st.just(UTC))
INNER = st.fixed_dictionaries({}, optional={"at": st.none() | MOMENTS, "word": st.none() | st.text()})
VALUES: Mapping[str, st.SearchStrategy[Any]] = {
    "text": st.text() | st.integers() | st.just(b"octets"),
    "number": st.integers() | st.booleans() | st.just("12"),
    "spelled": st.integers(),
    "flag": st.booleans(),
    "id": st.uuids(),
    "moment": MOMENTS,
    "stamp": MOMENTS,
    "day": st.dates(),
    "amount": st.decimals(allow_nan=False, allow_infinity=False),
    "share": st.floats(allow_nan=False),
    "anything": st.lists(st.integers()),
    "plain": st.dictionaries(st.text(), st.integers()),
    "table": st.dictionaries(st.text(), st.integers()),
    "name": st.text(),
    "usual": st.text(),
    "texts": st.lists(st.none() | st.text()),
    "one": INNER,
    "some": st.lists(INNER),
    "many": st.lists(INNER),
    "short": INNER,
    "late": INNER,
    "secret": st.text(),
}
SHOWN = st.fixed_dictionaries({}, optional={name: st.none() | one for name, one in VALUES.items()})


@given(SHOWN)
def test_a_mapping_is_shown_as_marshmallow_shows_it(shown: dict[str, Any]) -> None:
    assert list(shower(Every())(shown).items()) == list(cast(Any, Every().dump(shown)).items())


@given(SHOWN)
def test_an_object_is_shown_as_marshmallow_shows_it(shown: dict[str, Any]) -> None:
    assert shower(Every())(SimpleNamespace(**shown)) == Every().dump(SimpleNamespace(**shown))


def test_a_schema_with_ways_of_its_own_goes_its_ways() -> None:
    class Hooked(Inner):
        @post_dump
        def _shout(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
            return {name.upper(): value for name, value in data.items()}

    class Looking(Inner):
        def get_attribute(self, obj: Any, attr: str, default: Any) -> Any:
            return f"{attr} of {obj}"

    assert shower(Hooked())({"word": "yes"}) == {"WORD": "yes"}
    assert shower(Looking(only=("word",)))(7) == {"word": "word of 7"}


def test_what_is_not_of_its_kind_is_refused_as_marshmallow_refuses_it() -> None:
    wrong: list[tuple[dict[str, Any], type[Exception]]] = [
        ({"number": "twelve"}, ValueError),
        ({"moment": "noon"}, TypeError),
    ]
    for shown, error in wrong:
        for show in (shower(Every()), Every().dump):
            with pytest.raises(error):
                show(shown)


def test_a_field_of_a_subclass_is_shown_its_own_way() -> None:
    class Loud(fields.String):
        def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
            return str(value).upper()

    plain = Schema.from_dict({"word": Loud(), "id": fields.UUID(), "day": fields.Date()})
    shown = {"word": "yes", "id": UUID(int=7), "day": date(2026, 5, 12), "at": datetime.now(UTC)}
    assert shower(plain())(shown) == {"word": "YES", "id": str(UUID(int=7)), "day": "2026-05-12"}


@pytest.mark.parametrize("kind", [dict, Counter, MappingProxyType])
def test_a_mapping_of_any_kind_is_shown_by_its_keys(kind: Callable[[dict[str, int]], Any]) -> None:
    assert value_of(kind({"items": 3}), "items", None) == 3


def test_an_object_is_shown_by_its_attributes_and_a_missing_one_is_left_out() -> None:
    row = SimpleNamespace(items=3)
    assert (value_of(row, "items", None), value_of(row, "others", None)) == (3, None)
