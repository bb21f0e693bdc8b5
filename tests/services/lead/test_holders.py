"""However leads are assigned, accepted, returned, transferred or picked, each has one holder."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from chassis import clock
from chassis.clock import now
from chassis.database import Database
from chassis.errors import Problem
from services.lead.assignment import giving
from services.lead.assignment.actions import change_rep
from services.lead.assignment.model import Rep
from services.lead.assignment.overdue import OverdueAccepter
from services.lead.handover.acting import seat_of
from services.lead.handover.actions import request_transfer
from services.lead.judging.actions import qualify_lead, undo_judgement
from services.lead.leads import actions
from services.lead.leads.model import Lead
from services.lead.leads.queries import take_lead
from services.lead.leads.states import LYING, NURTURE, OPEN, OWNED
from services.lead.pools.model import LeadPool
from services.lead.pools.picking import pick_lead
from services.lead.pools.queries import pool_codes
from services.lead.reassignment.worker import Reassigner
from tests.harness.databases import DatabaseFactory
from tests.harness.people import person
from tests.services.lead.builders import (
    MIA,
    SETTINGS,
    add_contacts,
    add_rep,
    agree_proxy,
    exhaust,
    open_pool,
    record,
    rep,
)

NAMES = st.sampled_from(["rita", "rolf", "rosa"])
LEADS = st.integers(0, 2)


class Hands(RuleBasedStateMachine):
    """Three leads, three reps, one pool that they pick from. Each run has a department of its own."""

    database: Database
    runs = 0

    @initialize()
    def begin(self) -> None:
        clock.travel(seconds=0)
        type(self).runs += 1
        self.ahead, self.department = 0.0, f"d{self.runs}"
        self.boss = person("mia", *MIA.roles, departments=(self.department,))
        for name in ("rita", "rolf", "rosa"):
            add_rep(self.database, name, department=self.department)
        self.pool_id = open_pool(self.database, "pumps", department=self.department).id
        contacts = add_contacts(self.database, 3, department=self.department)
        self.ids = [record(self.database, self.boss, contact_id=one) for one in contacts]
        self.assign(0, "rita")
        self.put_into_a_pool(1, "pumps")

    @rule(which=LEADS, to=st.none() | NAMES)
    def assign(self, which: int, to: str | None) -> None:
        self._try(which, self.boss, giving.assign, settings=SETTINGS, assignee=to)

    @rule(which=LEADS, who=st.none() | NAMES)
    def accept(self, which: int, who: str | None) -> None:
        self._as_holder(which, who, actions.accept_lead)

    @rule(which=LEADS, who=st.none() | NAMES)
    def give_back(self, which: int, who: str | None) -> None:
        self._as_holder(which, who, actions.return_lead, reason="any")

    @rule(which=LEADS, pool=st.sampled_from(["pumps", "returns", "nowhere"]))
    def put_into_a_pool(self, which: int, pool: str) -> None:
        self._try(which, self.boss, actions.pool_lead, pool=pool, why="any")

    @rule(which=st.none() | LEADS, who=NAMES)
    def pick(self, which: int | None, who: str) -> None:
        actor = rep(who, self.department)
        lead_id = None if which is None else self.ids[which]

        def picking(session: Any) -> None:
            pool = session.get_one(LeadPool, self.pool_id)
            pick_lead(session, actor, pool=pool, lead_id=lead_id)

        self._within(actor, picking)

    @rule(principal=NAMES, deputy=NAMES)
    def stand_in(self, principal: str, deputy: str) -> None:
        until = now() + timedelta(hours=5)
        with suppress(Problem):
            agree_proxy(self.database, principal, deputy, department=self.department, valid_until=until)

    @rule(which=LEADS, far=st.booleans())
    def judge(self, which: int, far: bool) -> None:
        outcome = "long_term" if far else "near_term"
        self._try(which, self.boss, qualify_lead, outcome=outcome, reason="any")

    @rule(which=LEADS)
    def take_the_judgement_back(self, which: int) -> None:
        self._try(which, self.boss, undo_judgement, reason="any")

    @rule(which=LEADS, to=st.lists(NAMES, min_size=1, max_size=2, unique=True))
    def transfer(self, which: int, to: list[str]) -> None:
        source = self._owner(which)
        reps = [one for one in to if one != source] or ["nobody"]
        asked: dict[str, Any] = {"source": source, "reps": reps, "reason": "any", "by": "workload"}
        self._within(
            self.boss,
            lambda session: request_transfer(session, self.boss, department=self.department, **asked),
        )
        exhaust(Reassigner(SETTINGS, self.database))

    @rule(who=NAMES, active=st.booleans())
    def leave_or_come_back(self, who: str, active: bool) -> None:
        def changing(session: Any) -> None:
            same = select(Rep).where(Rep.subject == who, Rep.department == self.department)
            change_rep(session, self.boss, rep=session.scalars(same).one(), active=active)

        self._within(self.boss, changing)

    @rule(hours=st.sampled_from([2, 20]))
    def time_goes_by(self, hours: int) -> None:
        self.ahead += hours * 3600.0
        clock.travel(seconds=self.ahead)
        exhaust(OverdueAccepter(SETTINGS, self.database))

    @invariant()
    def every_open_lead_has_one_holder_who_is_there(self) -> None:
        with self.database.reading() as session:
            pools = pool_codes(session, self.department)
            same = select(Rep.subject).where(Rep.department == self.department, Rep.active)
            active = set(session.scalars(same))
            for lead in session.scalars(select(Lead).where(Lead.id.in_(self.ids))):
                assert lead.state in OPEN
                assert (lead.assignee is None) != (lead.pool is None)
                assert lead.assignee in active if lead.state in OWNED else lead.pool in {*pools, NURTURE}
                assert (lead.pool is not None) == (lead.state in LYING)

    def _owner(self, which: int) -> str:
        with self.database.reading() as session:
            return session.get_one(Lead, self.ids[which]).assignee or "rolf"

    def _as_holder(self, which: int, who: str | None, doing: Callable[..., Any], **options: Any) -> None:
        actor = rep(who or self._owner(which), self.department)

        def acting(session: Any) -> None:
            lead = take_lead(session, actor, self.ids[which])
            doing(session, actor, lead=lead, on_behalf_of=seat_of(session, actor, lead), **options)

        self._within(actor, acting)

    def _try(self, which: int, actor: Any, doing: Callable[..., Any], **options: Any) -> None:
        self._within(
            actor,
            lambda session: doing(session, actor, lead=take_lead(session, actor, self.ids[which]), **options),
        )

    def _within(self, actor: Any, acting: Callable[[Any], Any]) -> None:
        with suppress(Problem), self.database.transaction(actor) as session:
            acting(session)


def test_no_order_of_acts_leaves_a_lead_without_a_holder_or_with_two(
    fresh_database: DatabaseFactory,
) -> None:
    Hands.database = fresh_database("lead")
    limits = settings(
        max_examples=20, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
    )
    run_state_machine_as_test(Hands, settings=limits)
