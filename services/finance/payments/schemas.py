"""What payees and payment batches look like over HTTP."""

from typing import Any, get_args

from marshmallow import Schema, ValidationError, fields, post_load, validate

from services.finance.payments.accounts import compact, is_bic, is_iban
from services.finance.payments.model import BatchState
from services.finance.views import Figure

_NAME = [validate.Length(max=70), validate.Regexp(r"\s*\S", error="Must not be empty.")]
_CODE = validate.Length(min=1, max=64)


class Iban(fields.String):
    """An IBAN, with or without the spaces that it is printed with."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:
        number = compact(super()._deserialize(value, attr, data, **options) or "")
        if not is_iban(number):
            raise ValidationError("This is no IBAN.")
        return number


class Bic(fields.String):
    """A BIC of 8 or 11 characters; it may be left out."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:
        code = compact(super()._deserialize(value, attr, data, **options) or "")
        if code and not is_bic(code):
            raise ValidationError("This is no BIC.")
        return code


class NewPayee(Schema):
    """Where a person is paid to. It takes the place of the account that was noted before."""

    department = fields.String(required=True, validate=_CODE)
    person = fields.String(required=True, validate=validate.Length(min=1, max=255))
    name = fields.String(required=True, validate=_NAME)
    iban = Iban(required=True)
    bic = Bic(load_default="")


class PayeeFilter(Schema):
    """Whose account."""

    person = fields.String(validate=validate.Length(max=255))


class PayeeView(Schema):
    id = fields.UUID(required=True)
    department = fields.String(required=True)
    person = fields.String(required=True)
    name = fields.String(required=True)
    iban = fields.String(required=True)
    bic = fields.String(required=True)
    written_by = fields.String(required=True)
    written_at = fields.AwareDateTime(required=True)


class NewBatch(Schema):
    """Which approved claims are to be paid, and from which account of ours."""

    department = fields.String(required=True, validate=_CODE)
    currency = fields.String(required=True, validate=validate.Regexp(r"^[A-Z]{3}\Z"))
    payer_name = fields.String(required=True, validate=_NAME)
    payer_iban = Iban(required=True)
    payer_bic = Bic(load_default="")
    pay_on = fields.Date(required=True)
    claim_ids = fields.List(fields.UUID(), load_default=list, validate=validate.Length(max=1000))
    campaign_id = fields.UUID()


class BatchFilter(Schema):
    """Which batches to list."""

    state = fields.String(validate=validate.OneOf(get_args(BatchState)))


class FileQuery(Schema):
    """The kind of file: pain.001 for SEPA, or CSV."""

    kind = fields.String(required=True, validate=validate.OneOf(["pain.001", "csv"]))


class FailedPayment(Schema):
    id = fields.UUID(required=True)
    reason = fields.String(required=True, validate=[validate.Length(min=1, max=2000)])


class Confirmation(Schema):
    """What the bank said: all payments went through but those that ``failed``."""

    failed = fields.List(fields.Nested(FailedPayment), load_default=list, validate=validate.Length(max=1000))

    @post_load
    def _by_id(self, data: dict[str, Any], **_options: Any) -> dict[str, Any]:
        return {"failed": {failure["id"]: failure["reason"] for failure in data["failed"]}}


class PaymentView(Schema):
    id = fields.UUID(required=True)
    claim_id = fields.UUID(required=True)
    person = fields.String(required=True)
    amount = Figure(required=True)
    state = fields.String(required=True)
    reason = fields.String(required=True)


class BatchView(Schema):
    """A payment batch. It is ``draft``, ``exported`` to a bank, then ``closed``; or ``cancelled``."""

    id = fields.UUID(required=True)
    department = fields.String(required=True)
    currency = fields.String(required=True)
    payer_name = fields.String(required=True)
    pay_on = fields.Date(required=True)
    state = fields.String(required=True)
    total = Figure(required=True)
    items = fields.List(fields.Nested(PaymentView), required=True)
    gathered_by = fields.String(required=True)
    gathered_at = fields.AwareDateTime(required=True)
    closed_at = fields.AwareDateTime(required=True, allow_none=True)
