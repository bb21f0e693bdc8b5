"""What proxies, transfers and leaving look like over HTTP."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from services.lead.assignment.rules import STRATEGIES
from services.lead.customers.schemas import line
from services.lead.reassignment.schemas import MOST_NAMED


class NewProxy(Schema):
    """Somebody to stand in. Without a principal it is you; without valid_from it begins now."""

    department = line(64, required=True)
    principal = line(64)
    deputy = line(64, required=True)
    valid_from = fields.AwareDateTime()
    valid_until = fields.AwareDateTime(required=True)
    reason = line(500)


class ProxyFilter(Schema):
    """Which proxies to list; ``person`` is on either side, ``running`` those of this moment."""

    department = line(64)
    person = line(64)
    principal = line(64)
    deputy = line(64)
    running = fields.Boolean()


class ProxyView(Schema):
    """A work proxy."""

    id = fields.UUID()
    version = fields.Integer()
    department = fields.String()
    principal = fields.String()
    deputy = fields.String()
    reason = fields.String()
    valid_from = fields.DateTime()
    valid_until = fields.DateTime()
    agreed_by = fields.String()
    agreed_at = fields.DateTime()
    ended_by = fields.String()


class OneLead(Schema):
    """Who gets one lead."""

    lead_id = fields.UUID(required=True)
    assignee = line(64, required=True)


class NewTransfer(Schema):
    """Open leads of ``source`` to hand over for good.

    All of them or ``lead_ids`` go among ``reps``, in turn, by weight or by workload; or each of
    ``assignments`` to somebody by name.
    """

    department = line(64, required=True)
    source = line(64, required=True)
    reason = line(500, required=True)
    reps = fields.List(line(64, required=True), load_default=list, validate=validate.Length(max=500))
    by = fields.String(load_default="round_robin", validate=validate.OneOf(STRATEGIES))
    lead_ids = fields.List(fields.UUID(), load_default=list, validate=validate.Length(max=MOST_NAMED))
    assignments = fields.List(
        fields.Nested(OneLead), load_default=list, validate=validate.Length(max=MOST_NAMED)
    )

    @validates_schema
    def _one_way(self, data: dict[str, Any], **_: Any) -> None:
        if bool(data["reps"]) == bool(data["assignments"]):
            raise ValidationError("Name either reps, or assignments.", "reps")
        if data["assignments"] and data["lead_ids"]:
            raise ValidationError("Goes without assignments.", "lead_ids")
        named = [one["lead_id"] for one in data["assignments"]]
        if len(set(named)) < len(named):
            raise ValidationError("Names a lead twice.", "assignments")


class NamingRuleView(Schema):
    """A rule in force that names the rep; ``alone``: nobody else would be left in it."""

    code = fields.String()
    name = fields.String()
    alone = fields.Boolean()


class NamingPoolView(Schema):
    """A pool that names the rep; ``alone``: nobody else picks from it."""

    id = fields.UUID()
    code = fields.String()
    alone = fields.Boolean()


class LeavingView(Schema):
    """What is with a sales rep. ``ready``: nothing would be left without an owner."""

    ready = fields.Boolean()
    leads = fields.Integer()
    leads_by_state = fields.Dict(keys=fields.String(), values=fields.Integer())
    requests = fields.Integer(metadata={"description": "that wait for an answer"})
    pools = fields.List(fields.Nested(NamingPoolView))
    rules = fields.List(fields.Nested(NamingRuleView))
    proxies = fields.List(fields.Nested(ProxyView))
