"""What runs look like over HTTP."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from services.lead.assignment.rules import STRATEGIES
from services.lead.customers.schemas import line
from services.lead.leads.model import GRADES
from services.lead.leads.states import State
from services.lead.reassignment.model import KINDS, RUN_STATES, TALLIES
from services.lead.reassignment.queries import GIVEABLE

MOST_NAMED = 5000
WAITING = (State.NEW.value, State.RETURNED.value, State.POOLED.value)


class Chosen(Schema):
    """Which leads; without states those that nobody has."""

    states = fields.List(fields.String(validate=validate.OneOf(GIVEABLE)), load_default=lambda: [*WAITING])
    assignee = line(64, load_default="")
    pool = line(64, load_default="")
    region = line(load_default="")
    source = line(64, load_default="")
    grade = fields.String(load_default="", validate=validate.OneOf((*GRADES, "")))
    campaign_id = fields.UUID(load_default=None, allow_none=True)
    lead_ids = fields.List(fields.UUID(), load_default=list, validate=validate.Length(max=MOST_NAMED))

    @post_load
    def _as_kept(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        campaign = str(data["campaign_id"]) if data["campaign_id"] else ""
        return {**data, "campaign_id": campaign, "lead_ids": [str(one) for one in data["lead_ids"]]}


class Target(Schema):
    """Who gets them: named reps, by turn, weight or workload; else whom the rules choose."""

    reps = fields.List(line(64, required=True), load_default=list, validate=validate.Length(max=500))
    by = fields.String(load_default="round_robin", validate=validate.OneOf(STRATEGIES))
    rule_set_id = fields.UUID(
        load_default=None,
        allow_none=True,
        metadata={"description": "a version of the rules; left out: those in force"},
    )

    @validates_schema
    def _one_way(self, data: dict[str, Any], **_: Any) -> None:
        if data["reps"] and data["rule_set_id"]:
            raise ValidationError("Goes without reps.", "rule_set_id")

    @post_load
    def _as_kept(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {**data, "rule_set_id": str(data["rule_set_id"] or "")}


class NewReassignment(Schema):
    """Leads to be given anew."""

    department = line(64, required=True)
    chosen = fields.Nested(Chosen, required=True)
    target = fields.Nested(Target, required=True)
    reason = line(500, required=True)


class ReassignmentFilter(Schema):
    """Which runs to list."""

    department = line(64)
    kind = fields.String(validate=validate.OneOf(KINDS))
    state = fields.String(validate=validate.OneOf(RUN_STATES))
    source = line(64)


class ReassignmentView(Schema):
    """A run: ``done`` of ``total`` leads were looked at."""

    id = fields.UUID()
    version = fields.Integer()
    department = fields.String()
    kind = fields.String()
    source = fields.String()
    reason = fields.String()
    chosen = fields.Dict()
    target = fields.Dict()
    state = fields.String()
    total = fields.Integer()
    done = fields.Integer()
    assigned = fields.Integer()
    kept = fields.Integer()
    pooled = fields.Integer()
    left = fields.Integer()
    requested_by = fields.String()
    requested_at = fields.DateTime()
    started_at = fields.DateTime()
    finished_at = fields.DateTime()


class PreviewView(Schema):
    """What a run would do with the first leads, now."""

    leads = fields.Integer()
    tried = fields.Integer()
    reps = fields.Dict(keys=fields.String(), values=fields.Integer())
    pools = fields.Dict(keys=fields.String(), values=fields.Integer())
    left = fields.Integer()
    reasons = fields.Dict(keys=fields.String(), values=fields.Integer())


class ResultFilter(Schema):
    """Which results to list."""

    outcome = fields.String(validate=validate.OneOf(TALLIES))


class ResultView(Schema):
    """What became of a lead: an owner, or a pool in brackets, before and after."""

    lead_id = fields.UUID()
    outcome = fields.String()
    before = fields.String()
    after = fields.String()
    why = fields.String()
