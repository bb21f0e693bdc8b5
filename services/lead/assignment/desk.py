"""The desk of one department: how things stand there, read and locked, and kept again in the end.

Leads are locked before the desk, and nobody locks a lead while he holds it, so that nobody waits in a ring.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from chassis.clock import now
from services.lead.assignment.choosing import Choice, Profile, Roster, State, choose
from services.lead.assignment.cooling import cooled
from services.lead.assignment.model import AssignmentDesk, Rep, RepDay, Rotation, RuleSet
from services.lead.assignment.rules import EVERYBODY, Facts, RuleIndex, campaign_of
from services.lead.assignment.turns import Turns
from services.lead.customers.model import Contact
from services.lead.leads.model import Lead
from services.lead.leads.states import OPEN
from services.lead.pools.model import LeadPool
from services.lead.pools.queries import home_pools, pool_codes

_COMPILED: dict[UUID, RuleIndex] = {}
MOST_COMPILED = 200
FIRST_RULES = 3
"""So many of the rules that fit a lead are read ahead; hardly a lead comes to a further one."""


def profile(rep: Rep) -> Profile:
    """A rep as the rules see him."""
    return rep.profile


class Desk:
    """Chooses for leads of ``department``, one after the other. ``keep`` writes down what was taken.

    ``whom`` makes of a rep what is chosen among: his profile, or one that takes more. ``opened`` are his open
    leads where they were counted a moment ago.
    """

    def __init__(
        self,
        session: Session,
        department: str,
        *,
        rules: RuleIndex | None = None,
        whom: Callable[[Rep], Profile] = profile,
        opened: Counter[str] | None = None,
        lock: bool = True,
    ) -> None:
        if lock:
            lock_desk(session, department)
        self.session, self.department, self.at = session, department, now()
        self.reps = {rep.subject: rep for rep in active_reps(session, department)}
        self.roster = Roster(whom(rep) for rep in self.reps.values())
        self.rules = rules or active_rules(session, department)
        counts = any(rep.most_open is not None for rep in self.reps.values()) or self.rules.weighs_workload
        if opened is None:
            opened = open_leads(session, department, self.reps) if counts else Counter[str]()
        self.state = State(opened, self._taken_today(), self._load)
        self._taken: Counter[str] = Counter()
        self._homes: Sequence[LeadPool] | None = None
        self._kept: dict[str, Rotation | None] = {}
        self.pools = pool_codes(session, department)

    def expect(self, facts: Iterable[Facts]) -> None:
        """Read at once whose turn it is by the rules that leads like these meet first."""
        codes = {
            rule.code for one in facts for _, rule in islice(self.rules.matching(one), FIRST_RULES) if rule.by
        }
        missing = codes - self._kept.keys()
        named = select(Rotation).where(
            Rotation.department == self.department, Rotation.rule.in_(sorted(missing))
        )
        self._kept |= dict.fromkeys(missing)
        self._kept |= {one.rule: one for one in self.session.scalars(named)} if missing else {}

    def choose(self, facts: Facts, *, owned: bool = False) -> Choice:
        """The rep or pool for a lead, now.

        One for whom nobody is found goes into the pool of its product line or region, unless it is ``owned``.
        """
        choice = choose(facts, reps=self.roster, rules=self.rules, state=self.state, at=self.at)
        if choice.rep or choice.pool or owned:
            return choice
        home = self._home(facts)
        return replace(choice, pool=home, why=f"{choice.why}; into the pool {home}") if home else choice

    def _home(self, facts: Facts) -> str:
        if self._homes is None:
            self._homes = home_pools(self.session, self.department)
        products = {one.casefold() for one in facts.products}
        for pool in self._homes:
            of_line = not pool.product or pool.product.casefold() in products
            if of_line and pool.region.casefold() in ("", facts.region.casefold()):
                return pool.code
        return ""

    def take(self, choice: Choice) -> None:
        """Count a choice that holds."""
        if choice.rep:
            self.state.take(choice)
            self._taken[choice.rep] += 1

    def accept_by(self, choice: Choice, *, hours: float) -> datetime:
        """Until when the rep must accept: the rule's hours, or else ``hours``, of his working time."""
        given = choice.rule.accept_hours if choice.rule is not None else None
        return self.reps[choice.rep].hours.after(self.at, hours if given is None else given)

    def keep(self) -> None:
        """Write down whose turn it is and what everybody got today."""
        for rule, turns in self.state.rotations.items():
            turns.forget(self.reps)
            kept = self._kept[rule]
            if kept is None:
                kept = self._kept[rule] = Rotation(department=self.department, rule=rule)
                self.session.add(kept)
            kept.keep(turns)
        taken = [(self.reps[subject], count) for subject, count in sorted(self._taken.items())]
        note_taken(self.session, taken, at=self.at)
        self._taken.clear()

    def _load(self, rule: str) -> Turns:
        if rule not in self._kept:
            self._kept[rule] = self.session.get(Rotation, (self.department, rule))
        kept = self._kept[rule]
        return Turns() if kept is None else kept.read()

    def _taken_today(self) -> Counter[str]:
        return taken_today(self.session, self.reps.values(), at=self.at)


def active_reps(session: Session, department: str) -> Sequence[Rep]:
    """The active reps of a department."""
    return session.scalars(
        select(Rep).where(Rep.department == department, Rep.active).order_by(Rep.subject)
    ).all()


def active_rules(session: Session, department: str) -> RuleIndex:
    """The rules in force; everybody in turn where there are none."""
    in_force = select(RuleSet.id).where(RuleSet.department == department, RuleSet.active)
    rule_set_id = session.scalar(in_force)
    if rule_set_id is None:
        return RuleIndex([EVERYBODY])
    return compiled(session, rule_set_id)


def compiled(session: Session, rule_set_id: UUID) -> RuleIndex:
    """The rules of a set, which never changes. Raises NoResultFound."""
    if rule_set_id not in _COMPILED:
        while len(_COMPILED) >= MOST_COMPILED:
            del _COMPILED[next(iter(_COMPILED))]
        _COMPILED[rule_set_id] = RuleIndex(session.get_one(RuleSet, rule_set_id).read())
    return _COMPILED[rule_set_id]


def facts_of(
    session: Session, leads: Sequence[Lead], *, cool_down_hours: float, at: datetime
) -> dict[UUID, Facts]:
    """What the rules look at, of each lead."""
    contact_ids = {lead.contact_id for lead in leads}
    spoken = select(Contact.id, Contact.language).where(Contact.id.in_(contact_ids))
    languages = {row.id: row.language for row in session.execute(spoken)}
    without = cooled(session, [lead.id for lead in leads], hours=cool_down_hours, at=at)
    return {
        lead.id: _facts(lead, languages.get(lead.contact_id, ""), frozenset(without.get(lead.id, ())))
        for lead in leads
    }


def open_leads(session: Session, department: str, subjects: Collection[str]) -> Counter[str]:
    """How many open leads each of ``subjects`` has."""
    counted = (
        select(Lead.assignee, func.count())
        .where(Lead.department == department, Lead.assignee.in_(sorted(subjects)), Lead.state.in_(OPEN))
        .group_by(Lead.assignee)
    )
    return Counter({str(subject): count for subject, count in session.execute(counted)})


def taken_today(session: Session, reps: Collection[Rep], *, at: datetime) -> Counter[str]:
    """How many leads each rep was given on what is his day."""
    days = {rep.id: (rep.subject, rep.hours.day(at)) for rep in reps}
    around = [at.date() + timedelta(days=number) for number in (-1, 0, 1)]
    found = select(RepDay.rep_id, RepDay.day, RepDay.taken).where(
        RepDay.rep_id.in_(days), RepDay.day.in_(around)
    )
    taken: Counter[str] = Counter()
    for rep_id, day, count in session.execute(found):
        subject, today = days[rep_id]
        if day == today:
            taken[subject] += count
    return taken


def note_taken(session: Session, taken: Sequence[tuple[Rep, int]], *, at: datetime) -> None:
    """Count leads that reps got on their days. Whoever locks several reps does it by their names."""
    if not taken:
        return
    ids = [rep.id for rep, _ in taken]
    session.execute(
        update(Rep).where(Rep.id.in_(ids)).values(last_assigned_at=at),
        execution_options={"synchronize_session": False},
    )
    rows = [{"rep_id": rep.id, "day": rep.hours.day(at), "taken": count} for rep, count in taken]
    statement: Any = _inserting(session, RepDay).values(rows)
    more = {"taken": RepDay.taken + statement.excluded.taken}
    session.execute(statement.on_conflict_do_update(index_elements=["rep_id", "day"], set_=more))


def lock_desk(session: Session, department: str) -> None:
    """Have nobody else choose for the department until the transaction ends."""
    statement: Any = _inserting(session, AssignmentDesk).values(department=department)
    session.execute(statement.on_conflict_do_nothing())
    session.scalar(
        select(AssignmentDesk.department).where(AssignmentDesk.department == department).with_for_update()
    )


def _facts(lead: Lead, language: str, without: frozenset[str]) -> Facts:
    judged = lead.value is not None
    amount, currency = (
        (lead.value, lead.currency) if judged else (lead.expected_amount, lead.expected_currency)
    )
    return Facts(
        region=lead.region,
        products=tuple(lead.products),
        source=lead.source,
        language=lead.language or language,
        grade=lead.grade or "",
        campaign=campaign_of(lead.campaign_id),
        amount=amount,
        currency=currency or "",
        cooled=without,
    )


def _inserting(session: Session, kind: type[Any]) -> Any:
    """An INSERT in the dialect of the session's database, which knows ON CONFLICT."""
    dialect = session.get_bind().dialect.name
    return (postgresql if dialect == "postgresql" else sqlite).insert(kind)
