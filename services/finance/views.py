"""How rows of the finance service look in HTTP answers."""

from decimal import Decimal
from typing import Any

from marshmallow import fields

from services.finance.money import in_currency


class Figure(fields.Decimal):
    """A decimal string with as many decimals as the currency of the object that it stands on.

    ``currency`` names the attribute of the object that has it.
    """

    def __init__(self, *, currency: str = "currency", **options: Any) -> None:
        super().__init__(as_string=True, **options)
        self._currency = currency

    def _serialize(self, value: Any, attr: str | None, obj: Any, **options: Any) -> Any:
        if isinstance(value, Decimal):
            value = in_currency(value, getattr(obj, self._currency))
        return super()._serialize(value, attr, obj, **options)


class Plain(fields.Decimal):
    """A decimal string as people write it, such as a rate: without trailing zeros, never with an exponent."""

    def __init__(self, **options: Any) -> None:
        super().__init__(as_string=True, **options)

    def _serialize(self, value: Any, attr: str | None, obj: Any, **options: Any) -> Any:
        if isinstance(value, Decimal):
            return f"{value.normalize():f}"
        return super()._serialize(value, attr, obj, **options)
