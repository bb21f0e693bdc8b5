"""A plan as it would be with some of its fields changed, without changing it."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import msgspec

from chassis.database import Session
from chassis.errors import Invalid
from contracts.campaign import BudgetLine, Goal
from services.campaign.catalogue.model import PURCHASES
from services.campaign.catalogue.queries import code_problems
from services.campaign.planning.checks import Finding, errors_of, findings_of
from services.campaign.planning.design import Design, DraftLine, Problems, problems_of
from services.campaign.planning.model import Campaign
from services.campaign.planning.parts import Parts
from services.campaign.planning.relatives import relatives_of

Values = Mapping[str, Any]
"""New values of a design by its fields."""


def changed_design(session: Session, campaign: Campaign, values: Values) -> Design:
    """The campaign's design with these values in it. Raises Invalid where they break a rule of designs."""
    before = campaign.design()
    design = with_values(before, values)
    lines = {line.line_id for line in campaign.budget}
    problems = problems_of(design, lines=lines) or code_problems(session, design.uses, kept=before.uses)
    if problems:
        raise Invalid(problems)
    return design


def with_values(design: Design, values: Values) -> Design:
    """``design`` with these values in it. Of region and regions, the one not given follows the other."""
    follows: Values = {}
    if "regions" in values and "region" not in values:
        follows = {"region": None}
    elif "region" in values and "regions" not in values:
        follows = {"regions": []}
    return replace(design, **values, **follows)


def changed_campaign(campaign: Campaign, design: Design) -> Campaign:
    """The campaign with another design, as an object of its own that no session knows."""
    other = Campaign.begin(campaign.design(), planner=campaign.owner, at=campaign.created_at)
    other.id, other.plan_version = campaign.id, campaign.plan_version
    other.budget_rows = campaign.budget_rows
    other.take_design(design, planner=campaign.owner)
    return other


def findings(session: Session, campaign: Campaign, parts: Parts) -> list[Finding]:
    """What of a plan does not add up, stored or only proposed."""
    return findings_of(campaign, parts, relatives_of(session, campaign))


def new_errors(known: Iterable[Finding], found: Iterable[Finding]) -> Problems:
    """The errors among ``found`` that were not known before, as reasons by field."""
    before = set(known)
    return errors_of(one for one in found if one not in before)


def to_plain(values: Values, *, changed: Campaign) -> dict[str, Any]:
    """``values`` as they are kept; lines and goals as the changed campaign has them, with their ids."""
    rows = {"budget": changed.budget_rows, "goals": changed.goal_rows}
    return {name: rows.get(name, msgspec.to_builtins(value)) for name, value in values.items()}


def from_plain(kept: Values) -> Values:
    """The values of a design that were kept by ``to_plain``; purchases are no part of it."""
    values = {name: value for name, value in kept.items() if name != PURCHASES}
    return {name: READ[name](value) if name in READ else value for name, value in values.items()}


def _lines(rows: object) -> list[DraftLine]:
    return [DraftLine(**msgspec.structs.asdict(line)) for line in msgspec.convert(rows, list[BudgetLine])]


def _goals(rows: object) -> list[Goal]:
    return msgspec.convert(rows, list[Goal])


READ = {"budget": _lines, "goals": _goals, "starts_on": date.fromisoformat, "ends_on": date.fromisoformat}
