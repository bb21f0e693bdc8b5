"""Showing what a route returns as its schema says: what marshmallow makes of it, at a fraction of the cost.

What there is to do for each field is found once for a schema. Only plain fields are treated here; any
other field, and any schema with hooks or its own way to look values up, is left to marshmallow.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import partial
from typing import Any

from marshmallow import Schema, fields, missing

Show = Callable[[Any], Any]

_NUMBERS = frozenset({fields.Decimal, fields.Float, fields.Integer})


def shower(schema: Schema) -> Show:
    """A function that shows one object as ``schema.dump`` would with ``many=False``.

    An object is a mapping, or has its values as attributes.
    """
    kind = type(schema)
    by_itself = (kind.get_attribute, kind.dump, kind._serialize, kind.dict_class)
    usual = (Schema.get_attribute, Schema.dump, Schema._serialize, Schema.dict_class)
    if by_itself != usual or kind._hooks["pre_dump"] or kind._hooks["post_dump"]:
        return partial(schema.dump, many=False)
    return partial(_show, [_step(name, field) for name, field in schema.dump_fields.items()])


def value_of(shown: object, attribute: str, default: Any) -> Any:
    """The value of a field. Marshmallow's own way asks rows for it as if they were mappings first."""
    if isinstance(shown, Mapping):
        return shown.get(attribute, default)
    return getattr(shown, attribute, default)


_NOTHING: Mapping[str, Any] = {}

_Step = tuple[str, str, Show | None, fields.Field[Any]]
"""Under which key, of which attribute, how, and the field itself for what is left to marshmallow."""


def _show(steps: list[_Step], shown: Any) -> dict[str, Any]:
    if isinstance(shown, Mapping):
        held, find = shown, shown.get
    else:
        # Asking a mapped row for an attribute costs several times what looking into its values does.
        held, find = getattr(shown, "__dict__", _NOTHING), partial(getattr, shown)
    made = {}
    for key, attribute, convert, field in steps:
        if convert is None:
            value = field.serialize(attribute, shown, accessor=value_of)
        else:
            value = held[attribute] if attribute in held else find(attribute, missing)
            if value is not None and value is not missing:
                value = convert(value)
        if value is not missing:
            made[key] = value
    return made


def _step(name: str, field: fields.Field[Any]) -> _Step:
    key = name if field.data_key is None else field.data_key
    convert = _converter(field) if field.dump_default is missing else None
    if convert is None:
        return key, name, None, field
    return key, name if field.attribute is None else field.attribute, convert, field


def _converter(field: fields.Field[Any]) -> Show | None:
    kind = type(field)
    if kind in _NUMBERS and (kind is not fields.Integer or getattr(field, "as_string", False)):
        return partial(_by_field, field)
    if kind in _MOMENTS:
        return _MOMENTS[kind] if getattr(field, "format", None) in (None, "iso") else None
    if kind in _COMPOSED:
        return _COMPOSED[kind](field)
    return _PLAIN.get(kind)


def _listed(field: fields.List[Any]) -> Show | None:
    inner = _converter(field.inner)
    return None if inner is None else partial(_each, inner)


def _table(field: fields.Dict) -> Show | None:
    return dict if field.key_field is None and field.value_field is None else None


def _nested(field: fields.Nested) -> Show | None:
    if not isinstance(field.nested, type):
        return None
    show = shower(field.schema)
    return partial(_each, show) if field.schema.many or field.many else show


def _by_field(field: fields.Field[Any], value: Any) -> Any:
    return field._serialize(value, None, None)


def _each(convert: Show, values: Any) -> list[Any]:
    return [value if value is None else convert(value) for value in values]


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def _same(value: Any) -> Any:
    return value


_PLAIN: Mapping[type[fields.Field[Any]], Show] = {
    fields.String: _text,
    fields.UUID: str,
    fields.Integer: int,
    fields.Boolean: _same,
}

_MOMENTS: Mapping[type[fields.Field[Any]], Show] = {
    fields.DateTime: datetime.isoformat,
    fields.AwareDateTime: datetime.isoformat,
    fields.Date: date.isoformat,
}

_COMPOSED: Mapping[type[fields.Field[Any]], Callable[[Any], Show | None]] = {
    fields.Nested: _nested,
    fields.List: _listed,
    fields.Dict: _table,
}
