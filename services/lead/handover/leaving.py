"""What would be nobody's if a rep left."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from chassis.clock import now
from chassis.errors import Conflict
from services.lead.assignment.model import Rep, RuleSet
from services.lead.handover.model import Proxy
from services.lead.leads.model import Lead
from services.lead.leads.states import OPEN
from services.lead.pools.model import LeadPool, Picker
from services.lead.requests.model import PreSalesRequest
from services.lead.requests.states import UNANSWERED


@dataclass(frozen=True)
class NamingRule:
    """A rule in force that names the rep; ``alone``: nobody else would be left in it."""

    code: str
    name: str
    alone: bool


@dataclass(frozen=True)
class NamingPool:
    """A pool that names the rep; ``alone``: nobody else picks from it."""

    id: UUID
    code: str
    alone: bool


@dataclass(frozen=True)
class Leaving:
    """What is with a rep now. ``ready`` where nothing would be left without an owner."""

    rep: Rep
    leads: int
    leads_by_state: Mapping[str, int]
    requests: int
    pools: Sequence[NamingPool]
    rules: Sequence[NamingRule]
    proxies: Sequence[Proxy]

    @property
    def ready(self) -> bool:
        alone = [one.alone for one in self.pools] + [one.alone for one in self.rules]
        return not (self.leads or self.requests or self.proxies or any(alone))


def leaving(session: Session, rep: Rep) -> Leaving:
    """Look for everything that names him."""
    by_state = open_by_state(session, rep)
    return Leaving(
        rep=rep,
        leads=sum(by_state.values()),
        leads_by_state=by_state,
        requests=_unanswered(session, rep),
        pools=_pools(session, rep),
        rules=_rules(session, rep),
        proxies=_proxies(session, rep),
    )


def open_by_state(session: Session, rep: Rep) -> dict[str, int]:
    """How many open leads he has, by state."""
    counted = (
        select(Lead.state, func.count().label("leads"))
        .where(Lead.department == rep.department, Lead.assignee == rep.subject, Lead.state.in_(OPEN))
        .group_by(Lead.state)
    )
    return {row.state: row.leads for row in session.execute(counted)}


def require_nothing_open(session: Session, rep: Rep) -> None:
    """Raises Conflict while he has open leads."""
    count = sum(open_by_state(session, rep).values())
    if count:
        raise Conflict(f"{rep.subject} has {count} open leads; have them transferred first")


def _unanswered(session: Session, rep: Rep) -> int:
    """How many requests wait for his answer."""
    his = select(func.count()).where(
        PreSalesRequest.department == rep.department,
        PreSalesRequest.responder == rep.subject,
        PreSalesRequest.state.in_(UNANSWERED),
    )
    return session.scalar(his) or 0


def _pools(session: Session, rep: Rep) -> list[NamingPool]:
    naming = (
        select(LeadPool)
        .join(Picker, Picker.pool_id == LeadPool.id)
        .where(LeadPool.department == rep.department, LeadPool.active, Picker.subject == rep.subject)
    )
    return [
        NamingPool(pool.id, pool.code, alone=pool.pickers == [rep.subject] and not pool.team)
        for pool in session.scalars(naming.order_by(LeadPool.code))
    ]


def _rules(session: Session, rep: Rep) -> list[NamingRule]:
    in_force = select(RuleSet).where(RuleSet.department == rep.department, RuleSet.active)
    rule_set = session.scalar(in_force)
    rules = rule_set.read() if rule_set is not None else ()
    return [
        NamingRule(rule.code, rule.name, alone=rule.reps == (rep.subject,) and not rule.team)
        for rule in rules
        if rep.subject in rule.reps
    ]


def _proxies(session: Session, rep: Rep) -> Sequence[Proxy]:
    naming = select(Proxy).where(
        Proxy.department == rep.department,
        or_(Proxy.principal == rep.subject, Proxy.deputy == rep.subject),
        Proxy.valid_until > now(),
    )
    return session.scalars(naming.order_by(Proxy.valid_from)).all()
