"""Whatever is done to leads in whatever order, each open one has exactly one holder."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from chassis.auth import Actor
from chassis.clock import now
from chassis.database import Database
from chassis.errors import Problem
from chassis.ids import new_id
from services.lead.judging.actions import qualify_lead, undo_judgement
from services.lead.leads import actions
from services.lead.leads.capture import WINDOW
from services.lead.leads.model import Lead, LeadAction
from services.lead.leads.states import LYING, OWNED, Outcome
from services.lead.leads.states import OUTCOMES as OUTCOMES_OF_LEADS
from tests.harness.databases import DatabaseFactory
from tests.services.lead.builders import (
    MIA,
    NOON,
    act,
    add_contact,
    open_pool,
    record,
    rep,
    responded,
    sequences,
)

REPS = st.sampled_from(["rita", "rolf"])
OUTCOMES = st.sampled_from(["near_term", "long_term", "not_a_target"])


def check_holder(lead: Lead) -> None:
    if lead.is_open:
        assert (lead.assignee is None) != (lead.pool is None)
        assert bool(lead.assignee) == (lead.state in OWNED)
        assert bool(lead.pool) == (lead.state in LYING)
    assert (lead.wake_at is not None) == (lead.state == "nurtured")


def judging(outcome: Outcome) -> Callable[[Lead], object]:
    worth = {"grade": "A", "value": Decimal(1), "currency": "EUR", "reason": "any", "at": NOON}
    return lambda lead: lead.qualify(outcome=outcome, wake_at=NOON + WINDOW, **worth)  # type: ignore[arg-type]


ACTS: list[Callable[[Lead], object]] = [
    lambda lead: lead.assign("rita", at=NOON),
    lambda lead: lead.assign("rolf", at=NOON, accept_by=NOON + WINDOW),
    lambda lead: lead.accept(at=NOON),
    lambda lead: lead.work(at=NOON),
    lambda lead: lead.give_back(pool="returns", at=NOON),
    lambda lead: lead.put_into("cranes", at=NOON),
    lambda lead: lead.lay_aside(wake_at=NOON + WINDOW, at=NOON),
    lambda lead: lead.wake(at=NOON),
    lambda lead: lead.convert({"name": "any"}, at=NOON),
    *map(judging, OUTCOMES_OF_LEADS),
]


@given(st.lists(st.sampled_from(ACTS), max_size=25))
def test_no_sequence_of_acts_breaks_the_rule_of_one_holder(acts: list[Callable[[Lead], object]]) -> None:
    lead = Lead(captured_at=NOON)
    for doing in acts:
        with suppress(Problem):
            doing(lead)
        check_holder(lead)
        assert (lead.accept_by is None) or lead.state == "assigned"


class Life(RuleBasedStateMachine):
    """One lead of one contact, among two reps and whoever leads them."""

    database: Database

    @initialize()
    def capture(self) -> None:
        contact, self.campaign_id = add_contact(self.database, email=f"{new_id()}@example.com"), new_id()
        self.contact_id: UUID = contact.id
        self.id = record(self.database, contact_id=contact.id, campaign_id=self.campaign_id)
        self.done = 0

    @rule(assignee=REPS)
    def assign(self, assignee: str) -> None:
        self._try(actions.assign_lead, assignee=assignee, why="any")

    @rule(who=REPS)
    def accept(self, who: str) -> None:
        self._try(actions.accept_lead, rep(who))

    @rule(who=REPS)
    def work(self, who: str) -> None:
        self._try(actions.work_on, rep(who))

    @rule(who=REPS, pool=st.sampled_from(["returns", "cranes", ""]))
    def give_back(self, who: str, pool: str) -> None:
        self._try(actions.return_lead, rep(who), reason="any", pool=pool)

    @rule(pool=st.sampled_from(["cranes", ""]))
    def put_into_a_pool(self, pool: str) -> None:
        self._try(actions.pool_lead, pool=pool, why="any")

    @rule(days=st.sampled_from([-1, 5]))
    def lay_aside(self, days: int) -> None:
        self._try(actions.nurture_lead, wake_at=now() + timedelta(days=days), reason="any")

    @rule()
    def wake(self) -> None:
        self._try(actions.wake_lead, why="any")

    @rule(late=st.booleans())
    def answer(self, late: bool) -> None:
        at = now() + (WINDOW / 2 if late else timedelta())
        with self.database.transaction() as session:
            actions.take_answer(session, responded(self.contact_id, self.campaign_id, responded_at=at))

    @rule(outcome=OUTCOMES, who=st.sampled_from([MIA, rep("rita"), rep("rolf")]))
    def judge(self, outcome: str, who: Actor) -> None:
        self._try(qualify_lead, who, outcome=outcome, reason="any")

    @rule()
    def undo(self) -> None:
        self._try(undo_judgement, reason="any")

    @rule(really=st.integers(0, 3))
    def convert(self, really: int) -> None:
        if not really:
            self._try(actions.convert_lead, name="any", amount=1, currency="EUR")

    @invariant()
    def an_open_lead_has_exactly_one_holder(self) -> None:
        with self.database.reading() as session:
            check_holder(session.get_one(Lead, self.id))

    def teardown(self) -> None:
        """Every act was told, and once."""
        with self.database.reading() as session:
            lead = session.get_one(Lead, self.id)
            told = session.scalars(select(LeadAction).where(LeadAction.lead_id == self.id)).all()
        assert len([one for one in told if one.kind != "woken"]) <= self.done <= len(told)
        assert sequences(self.database)[f"lead/{self.id}"] == list(range(1, lead.version + 1))

    def _try(self, doing: Callable[..., Lead], who: Actor = MIA, **options: object) -> None:
        try:
            act(self.database, doing, self.id, who, **options)
            self.done += 1
        except Problem:
            pass


def test_no_order_of_acts_leaves_an_open_lead_without_a_holder_or_with_two(
    fresh_database: DatabaseFactory,
) -> None:
    Life.database = fresh_database("lead")
    open_pool(Life.database, "cranes")
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=12,
            stateful_step_count=16,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
