"""Who may judge, without a database."""

from typing import Any

import pytest

from chassis.auth import Actor
from contracts.roles import (
    ADMINISTRATOR,
    ANALYST,
    LEAD_ADMINISTRATOR,
    MARKETING_STAFF,
    SALES_MANAGER,
    SALES_REP,
)
from services.lead.judging.model import JudgingRight
from services.lead.judging.rights import may_judge
from services.lead.leads.model import Lead
from tests.harness.people import person
from tests.services.lead.builders import NOON

RITA = person("rita", SALES_REP)
MEG = person("meg", MARKETING_STAFF)
MIA = person("mia", LEAD_ADMINISTRATOR)


def right(**values: Any) -> JudgingRight:
    return JudgingRight(**{"subject": None, "role": None, "regions": [], **values})


def lead(assignee: str | None = None, region: str = "bavaria") -> Lead:
    one = Lead(region=region, captured_at=NOON)
    if assignee:
        one.assign(assignee, at=NOON)
    return one


@pytest.mark.parametrize(
    ("actor", "assignee", "may"),
    [
        (MIA, None, True),
        (person("luis", SALES_MANAGER), "rita", True),
        (person("root", ADMINISTRATOR), None, True),
        (Actor.system("lead"), None, True),
        (RITA, "rita", True),
        (RITA, "rolf", False),
        (RITA, None, False),
        (MEG, None, False),
        (person("ana", ANALYST), None, False),
    ],
)
def test_where_no_right_was_granted_the_roles_decide(actor: Actor, assignee: str | None, may: bool) -> None:
    assert may_judge(actor, lead(assignee), []) is may


def test_where_rights_were_granted_only_they_count() -> None:
    rights = [right(subject="meg"), right(role=SALES_REP)]
    assert may_judge(MEG, lead(), rights)
    assert not may_judge(MIA, lead(), rights)
    assert may_judge(RITA, lead("rita"), rights)
    assert not may_judge(RITA, lead("rolf"), rights)


def test_a_right_reaches_as_far_as_its_regions() -> None:
    rights = [right(subject="meg", regions=["bavaria", "saxony"])]
    assert may_judge(MEG, lead(region="saxony"), rights)
    assert not may_judge(MEG, lead(region="hesse"), rights)
    assert not may_judge(MEG, lead(region=""), rights)


def test_who_stands_in_for_a_rep_judges_the_reps_leads() -> None:
    assert may_judge(RITA, lead("rolf"), [], on_behalf_of="rolf")
