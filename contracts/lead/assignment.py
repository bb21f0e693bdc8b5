"""Events of who gets leads: reps, rules, pools, standing in, and many leads given anew."""

from typing import Annotated, Literal
from uuid import UUID

import msgspec

from contracts.event import PAGE_LIMIT, Code, Count, Event, Moment, Part, Subject, Text, event


@event("rep.saved.v1", producer="lead")
class RepSaved(Event, kw_only=True):
    """A sales rep of a department was entered or changed; one who is not ``active`` gets no leads."""

    rep_id: UUID
    subject: Subject
    name: Text
    department: Code
    team: Text = ""
    active: bool
    by: Subject
    at: Moment


@event("ruleset.published.v1", producer="lead")
class RulesetPublished(Event, kw_only=True):
    """A version of a department's rules of assignment came into force, or went out of it."""

    ruleset_id: UUID
    department: Code
    number: Annotated[int, msgspec.Meta(ge=1)]
    rules: Count
    active: bool
    by: Subject
    at: Moment


@event("leadpool.saved.v1", producer="lead")
class LeadpoolSaved(Event, kw_only=True):
    """A pool that reps pick leads from was opened or changed; leads name it by ``code``."""

    leadpool_id: UUID
    department: Code
    code: Code
    name: Text
    product: Text = ""
    region: Text = ""
    active: bool
    by: Subject
    at: Moment


@event("proxy.agreed.v1", producer="lead")
class ProxyAgreed(Event, kw_only=True):
    """``deputy`` works on the leads of ``principal`` from ``valid_from`` until before ``valid_until``."""

    proxy_id: UUID
    department: Code
    principal: Subject
    deputy: Subject
    valid_from: Moment
    valid_until: Moment
    reason: Text = ""
    agreed_by: Subject
    at: Moment


@event("proxy.ended.v1", producer="lead")
class ProxyEnded(Event, kw_only=True):
    """A proxy was ended before its time."""

    proxy_id: UUID
    department: Code
    principal: Subject
    deputy: Subject
    ended_by: Subject
    at: Moment


@event("reassignment.requested.v1", producer="lead")
class ReassignmentRequested(Event, kw_only=True):
    """Many leads are to be given anew; a transfer takes them from ``source`` for good.

    Each of them is told of as lead.assigned.v1 with the id of the run.
    """

    reassignment_id: UUID
    department: Code
    kind: Literal["reassignment", "transfer"]
    source: Text = ""
    total: Count
    reason: Text
    requested_by: Subject
    at: Moment


@event("reassignment.progressed.v1", producer="lead")
class ReassignmentProgressed(Event, kw_only=True):
    """How far a run is: ``kept`` had that owner already, ``left`` stay where they are for want of one."""

    reassignment_id: UUID
    department: Code
    total: Count
    assigned: Count
    kept: Count
    pooled: Count
    left: Count
    at: Moment


class Share(Part, kw_only=True):
    """How many leads somebody got in a run."""

    subject: Subject
    leads: Count


@event("reassignment.finished.v1", producer="lead")
class ReassignmentFinished(Event, kw_only=True):
    """A run is over, or was called off; ``shares`` are the reps who got most."""

    reassignment_id: UUID
    department: Code
    kind: Literal["reassignment", "transfer"]
    source: Text = ""
    cancelled: bool
    total: Count
    assigned: Count
    kept: Count
    pooled: Count
    left: Count
    shares: Annotated[list[Share], msgspec.Meta(max_length=PAGE_LIMIT)]
    by: Subject
    at: Moment
