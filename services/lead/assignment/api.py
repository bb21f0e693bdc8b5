"""HTTP entrypoints of reps, rule sets, and giving leads."""

from typing import Any
from uuid import UUID

from chassis.http import Page, Request, route
from services.lead.assignment import actions, giving, queries, trial
from services.lead.assignment.choosing import Choice
from services.lead.assignment.model import Rep, RuleSet
from services.lead.assignment.schemas import (
    Assignment,
    ChoiceView,
    NewRep,
    NewRuleSet,
    RepChange,
    RepFilter,
    RepView,
    RuleSetFilter,
    RuleSetRow,
    RuleSetView,
    Trial,
)
from services.lead.leads.model import Lead
from services.lead.leads.queries import take_lead
from services.lead.leads.schemas import LeadView
from services.lead.roles import JUDGES, READERS, REP_KEEPERS


class AssignmentApi:
    """Giving leads to reps, and the rules for it."""

    @route("POST", "/leads/<uuid:lead_id>/assignment", roles=JUDGES, body=Assignment, returns=LeadView)
    def assign_lead(self, request: Request, lead_id: UUID) -> Lead:
        """Give a lead to a named sales rep, or to whom the rules of its department choose."""
        lead = take_lead(request.session, request.actor, lead_id)
        request.match(lead)
        return giving.assign(
            request.session, request.actor, lead=lead, settings=request.settings, **request.body
        )

    @route("POST", "/rule-sets", roles=REP_KEEPERS, body=NewRuleSet, returns=RuleSetView, status=201)
    def publish_rules(self, request: Request) -> RuleSet:
        """Put the next version of a department's rules in force.

        The first rule that fits a lead and has somebody free decides. Without rules everybody gets leads in
        turn.
        """
        return actions.publish_rules(request.session, request.actor, **request.body)

    @route("GET", "/rule-sets", roles=READERS, query=RuleSetFilter, returns=RuleSetRow, many=True)
    def list_rule_sets(self, request: Request) -> Page:
        """List the versions of your departments' rules, newest first."""
        return request.page(queries.rule_sets(request.actor, **request.query), RuleSet.id)

    @route("GET", "/rule-sets/<uuid:rule_set_id>", roles=READERS, returns=RuleSetView)
    def show_rule_set(self, request: Request, rule_set_id: UUID) -> RuleSet:
        """Show a version of a department's rules."""
        return queries.find_rule_set(request.session, request.actor, rule_set_id)

    @route("POST", "/rule-sets/<uuid:rule_set_id>/activation", roles=REP_KEEPERS, returns=RuleSetView)
    def activate_rules(self, request: Request, rule_set_id: UUID) -> RuleSet:
        """Put a former version in force again."""
        rule_set = queries.find_rule_set(request.session, request.actor, rule_set_id)
        request.match(rule_set)
        return actions.activate_rules(request.session, request.actor, rule_set=rule_set)

    @route("GET", "/assignment-trial", roles=JUDGES, query=Trial, returns=ChoiceView)
    def try_rules(self, request: Request) -> Choice:
        """Show whom the rules would choose now for such a lead, and why. Nothing is given to anybody."""
        facts: dict[str, Any] = request.query
        return trial.try_rules(request.session, request.actor, **facts)


class RepsApi:
    """Who takes leads, and which."""

    @route("POST", "/reps", roles=REP_KEEPERS, body=NewRep, returns=RepView, status=201)
    def add_rep(self, request: Request) -> Rep:
        """Let a sales rep take leads of a department."""
        return actions.add_rep(request.session, request.actor, **request.body)

    @route("GET", "/reps", roles=READERS, query=RepFilter, returns=RepView, many=True)
    def list_reps(self, request: Request) -> Page:
        """List the sales reps of your departments, newest first."""
        return request.page(queries.reps(request.actor, **request.query), Rep.id)

    @route("GET", "/reps/<uuid:rep_id>", roles=READERS, returns=RepView)
    def show_rep(self, request: Request, rep_id: UUID) -> Rep:
        """Show a sales rep."""
        return queries.find_rep(request.session, request.actor, rep_id)

    @route("PATCH", "/reps/<uuid:rep_id>", roles=REP_KEEPERS, body=RepChange, returns=RepView)
    def change_rep(self, request: Request, rep_id: UUID) -> Rep:
        """Change what a sales rep takes, or take them out once they have nothing open. If-Match is needed."""
        rep = queries.find_rep(request.session, request.actor, rep_id)
        request.require_match(rep)
        return actions.change_rep(request.session, request.actor, rep=rep, **request.body)
