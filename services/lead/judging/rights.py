"""Who may judge a lead: by role and territory, and a sales rep only what they have."""

from collections.abc import Sequence

from chassis.auth import Actor
from contracts.roles import SALES_REP, SERVICE
from services.lead.judging.model import JudgingRight
from services.lead.leads.model import Lead
from services.lead.leads.queries import sees_own_only
from services.lead.roles import JUDGES


def may_judge(actor: Actor, lead: Lead, rights: Sequence[JudgingRight], *, on_behalf_of: str = "") -> bool:
    """Whether the actor may judge the lead, given the rights of its department.

    A department that has granted none leaves it to the roles: those who lead, and reps for their own leads.
    """
    if actor.administers or actor.has(SERVICE):
        return True
    own = lead.assignee is not None and lead.assignee in (actor.subject, on_behalf_of)
    if sees_own_only(actor) and not own:
        return False
    if not rights:
        return actor.has(*JUDGES) or (own and actor.has(SALES_REP))
    return any(right.covers(actor, lead.region) for right in rights)
