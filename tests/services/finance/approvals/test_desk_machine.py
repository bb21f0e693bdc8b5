"""No order of calls approves anything without authority, as a model of its own sees it."""

import itertools
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from chassis import clock
from chassis.auth import Actor
from chassis.database import Database
from chassis.errors import Conflict, Forbidden
from contracts.roles import FINANCE_APPROVER, FINANCE_CLERK
from services.finance.approvals.decisions import withdraw_approval
from services.finance.approvals.flows import StepRule
from services.finance.authority.actions import end_authority, end_delegation
from tests.harness.databases import DatabaseFactory
from tests.harness.people import person
from tests.services.finance.builders import ROOT, decide, in_force, lent, limited, purchase, put_on_desk

ROLES = {
    "mia": FINANCE_APPROVER,
    "fay": FINANCE_APPROVER,
    "fred": FINANCE_APPROVER,
    "clara": FINANCE_CLERK,
}
NAMES = st.sampled_from(sorted(ROLES))
NAMED = {"mia", "fay", "clara"}
JOINT = StepRule(name="joint", role=FINANCE_APPROVER, mode="all_of", required=2)


@dataclass
class Period:
    """A limit, or a seat that is lent from ``person`` to ``to``, while it lasts."""

    id: UUID
    person: str
    to: str = ""
    limit: Decimal = Decimal(0)
    ended: bool = False


@dataclass
class Request:
    """What was asked, and who said yes on each step: human and seat."""

    requester: str
    amount: Decimal
    approvals: list[list[tuple[str, str]]] = field(default_factory=lambda: [[], []])
    state: str = "open"


class Desk(RuleBasedStateMachine):
    """Calls the desk at random, and keeps beside it who may do what. Each run has people of its own."""

    database: Database
    runs = itertools.count(1)

    @initialize()
    def begin(self) -> None:
        clock.travel(seconds=0)
        run = next(self.runs)
        self.called = {name: f"{name}{run}" for name in ROLES}
        self.people = {self.called[name]: person(self.called[name], role) for name, role in ROLES.items()}
        self.named = {self.called[name] for name in NAMED}
        named = StepRule(
            name="named", role=FINANCE_APPROVER, persons=tuple(sorted(self.named)), needs_authority=True
        )
        in_force(self.database, JOINT, named)
        self.requests: dict[UUID, Request] = {}
        self.lent: list[Period] = []
        self.limits: list[Period] = []

    @rule(requester=NAMES, amount=st.sampled_from(["10.00", "60.00"]))
    def open(self, requester: str, amount: str) -> None:
        by = self.called[requester]
        approval_id = put_on_desk(self.database, purchase(amount, requested_by=by))
        self.requests[approval_id] = Request(by, Decimal(amount))

    @rule(delegator=NAMES, delegate=NAMES)
    def lend(self, delegator: str, delegate: str) -> None:
        if delegator != delegate:
            one, other = self.called[delegator], self.called[delegate]
            made = lent(self.database, self.people[one], self.people[other])
            self.lent.append(Period(made.id, one, other))

    @rule(who=NAMES, limit=st.sampled_from(["20", "100"]))
    def limit(self, who: str, limit: str) -> None:
        made = limited(self.database, self.called[who], limit, valid_until=clock.now() + timedelta(days=2))
        self.limits.append(Period(made.id, made.person, limit=Decimal(limit)))

    @rule(data=st.data())
    def end(self, data: st.DataObject) -> None:
        running = [one for one in (*self.lent, *self.limits) if not one.ended]
        if running:
            one = data.draw(st.sampled_from(running))
            with self.database.transaction(ROOT) as session:
                if one.to:
                    end_delegation(session, ROOT, delegation_id=one.id)
                else:
                    end_authority(session, ROOT, authority_id=one.id)
            one.ended = True

    @rule(data=st.data(), who=NAMES)
    def withdraw(self, data: st.DataObject, who: str) -> None:
        if not self.requests:
            return
        approval_id, request = data.draw(st.sampled_from(list(self.requests.items())))
        actor = self.people[self.called[who]]
        try:
            with self.database.transaction(actor) as session:
                withdraw_approval(session, actor, approval_id=approval_id)
        except (Conflict, Forbidden):
            assert actor.subject != request.requester or request.state != "open"
            return
        assert (actor.subject, request.state) == (request.requester, "open")
        request.state = "withdrawn"

    @rule(data=st.data(), who=NAMES, seat=st.one_of(st.none(), NAMES))
    def approve(self, data: st.DataObject, who: str, seat: str | None) -> None:
        if self.requests:
            approval_id, request = data.draw(st.sampled_from(list(self.requests.items())))
            on_behalf_of = self.called[seat] if seat else None
            self._say_yes(approval_id, request, self.people[self.called[who]], seat=on_behalf_of)

    @rule()
    def everybody_tries(self) -> None:
        waiting = [(key, request) for key, request in self.requests.items() if request.state == "open"]
        for approval_id, request in waiting:
            for actor in self.people.values():
                self._say_yes(approval_id, request, actor, seat=None)

    def _say_yes(self, approval_id: UUID, request: Request, actor: Actor, *, seat: str | None) -> None:
        try:
            approval = decide(self.database, approval_id, actor, on_behalf_of=seat)
        except (Conflict, Forbidden):
            own = seat in {None, actor.subject}
            assert not own or not self._entitled(request, actor.subject, actor.subject)
            return
        said = [decision for step in approval.steps for decision in step.decisions]
        last = max(said, key=lambda decision: decision.decided_at)
        assert last.by == actor.subject and seat in {None, last.person}
        assert self._entitled(request, last.by, last.person)
        request.approvals[self._step(request)].append((last.by, last.person))
        request.state = approval.state
        assert (approval.state == "approved") == (self._step(request) == 2)

    def _step(self, request: Request) -> int:
        if len(request.approvals[0]) < 2:
            return 0
        return 1 if not request.approvals[1] else 2

    def _entitled(self, request: Request, human: str, seat: str) -> bool:
        """Whether ``human`` may say yes now from ``seat``."""
        step = self._step(request)
        if request.state != "open" or request.requester in {human, seat}:
            return False
        if any(human == by or seat == of for by, of in request.approvals[step]):
            return False
        sits = human == seat or any(
            (one.person, one.to) == (seat, human) and not one.ended for one in self.lent
        )
        asked = seat in self.named if step else FINANCE_APPROVER in self.people[seat].roles
        held = [one for one in self.limits if one.person == seat]
        covered = any(one.limit >= request.amount and not one.ended for one in held)
        return sits and asked and (covered or (not held and step == 0))


def test_no_order_of_calls_approves_without_authority(fresh_database: DatabaseFactory) -> None:
    Desk.database = fresh_database("finance")
    limits = settings(
        max_examples=10, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
    )
    run_state_machine_as_test(Desk, settings=limits)
