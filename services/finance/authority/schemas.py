"""What authorities and delegations look like over HTTP."""

from typing import get_args

from marshmallow import Schema, fields, validate

from contracts.finance.approvals import RequestKind
from contracts.roles import ROLES
from services.finance.views import Figure

_KINDS = get_args(RequestKind)
_CODE = validate.Length(min=1, max=64)
_PERSON = validate.Length(min=1, max=255)


class NewAuthority(Schema):
    """A limit to be granted. What is left out takes all; without ``valid_from`` it starts now."""

    person = fields.String(required=True, validate=_PERSON)
    kind = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(_KINDS))
    department = fields.String(load_default=None, allow_none=True, validate=_CODE)
    currency = fields.String(required=True, validate=validate.Length(equal=3))
    limit = fields.Decimal(required=True, as_string=True)
    valid_from = fields.AwareDateTime(load_default=None, allow_none=True)
    valid_until = fields.AwareDateTime(load_default=None, allow_none=True)


class AuthorityFilter(Schema):
    """Which authorities to list. A kind or department also finds those that hold for all of them."""

    person = fields.String(validate=_PERSON)
    kind = fields.String(validate=validate.OneOf(_KINDS))
    department = fields.String(validate=_CODE)
    current = fields.Boolean(load_default=False)


class AuthorityView(Schema):
    """A limit. It counts from ``valid_from`` until right before ``valid_until``."""

    id = fields.UUID(required=True)
    person = fields.String(required=True)
    kind = fields.String(required=True, allow_none=True)
    department = fields.String(required=True, allow_none=True)
    currency = fields.String(required=True)
    limit = Figure(required=True)
    valid_from = fields.AwareDateTime(required=True)
    valid_until = fields.AwareDateTime(required=True, allow_none=True)
    granted_by = fields.String(required=True)
    granted_at = fields.AwareDateTime(required=True)
    ended_by = fields.String(required=True, allow_none=True)


class NewDelegation(Schema):
    """Who stands in for whom. Without a delegate the delegator is away, and nobody does.

    For oneself ``delegator`` is left out, and roles and departments are one's own where they are left out.
    """

    delegator = fields.String(load_default=None, allow_none=True, validate=_PERSON)
    delegate = fields.String(required=True, allow_none=True, validate=_PERSON)
    roles = fields.List(fields.String(validate=validate.OneOf(ROLES)), load_default=list)
    departments = fields.List(
        fields.String(validate=_CODE), load_default=list, validate=validate.Length(max=100)
    )
    kinds = fields.List(fields.String(validate=validate.OneOf(_KINDS)), load_default=list)
    valid_from = fields.AwareDateTime(load_default=None, allow_none=True)
    valid_until = fields.AwareDateTime(required=True)


class DelegationFilter(Schema):
    """Which delegations to list; ``current``: those that run now."""

    delegator = fields.String(validate=_PERSON)
    delegate = fields.String(validate=_PERSON)
    current = fields.Boolean(load_default=False)


class DelegationView(Schema):
    """Who stands in for whom. An empty list of kinds takes all of them, ``*`` every department."""

    id = fields.UUID(required=True)
    delegator = fields.String(required=True)
    delegate = fields.String(required=True, allow_none=True)
    roles = fields.List(fields.String(), required=True)
    departments = fields.List(fields.String(), required=True)
    kinds = fields.List(fields.String(), required=True)
    valid_from = fields.AwareDateTime(required=True)
    valid_until = fields.AwareDateTime(required=True)
    agreed_by = fields.String(required=True)
    agreed_at = fields.AwareDateTime(required=True)
    ended_by = fields.String(required=True, allow_none=True)
