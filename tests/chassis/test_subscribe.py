"""A service says which events it reacts to, and mistakes in that are found at its start."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from sqlalchemy import orm

from chassis.database import Database
from chassis.envelope import Message
from chassis.errors import OffSchema
from chassis.ids import new_id
from chassis.subscribe import subscribe, subscribe_all, subscriptions_of
from contracts.finance import ApprovalDecided
from contracts.lead import LeadAssigned, LeadCaptured
from tests.chassis.toys import Listener, arrived
from tests.harness.databases import SQLITE


def nothing(_self: Any, _session: orm.Session, _event: Any) -> None:
    """Reacts to nothing."""


def service(name: str = "campaign", **methods: Any) -> Any:
    return type("Toy", (), {"name": name, **methods})()


def test_reactions_are_found_by_queue_and_type() -> None:
    toy = service(
        assigned=subscribe("campaign.leads", LeadAssigned)(lambda *_: None),
        captured=subscribe("campaign.leads", LeadCaptured)(lambda *_: None),
        decided=subscribe("campaign.decisions", ApprovalDecided)(lambda *_: None),
    )
    found = {one.queue.name: set(one.by_type) for one in subscriptions_of(toy)}
    assert found == {
        "campaign.leads": {"lead.assigned.v1", "lead.captured.v1"},
        "campaign.decisions": {"approval.decided.v1"},
    }


def test_an_event_that_never_comes_over_the_queue_cannot_be_subscribed_to() -> None:
    with pytest.raises(ValueError, match="does not follow approval"):
        subscribe("campaign.leads", ApprovalDecided)


def test_a_queue_of_another_service_cannot_be_read() -> None:
    toy = service("finance", assigned=subscribe("campaign.leads", LeadAssigned)(nothing))
    with pytest.raises(ValueError, match="queue of campaign, not of finance"):
        subscriptions_of(toy)


def test_two_reactions_to_one_event_are_a_mistake() -> None:
    marked = [subscribe("campaign.leads", LeadAssigned)(lambda *_: None) for _ in range(2)]
    with pytest.raises(ValueError, match="two methods"):
        subscriptions_of(service(one=marked[0], two=marked[1]))


def test_two_reactions_to_whole_batches_are_a_mistake() -> None:
    marked = [subscribe_all("campaign.leads")(lambda *_: None) for _ in range(2)]
    with pytest.raises(ValueError, match="two methods for whole batches"):
        subscriptions_of(service(one=marked[0], two=marked[1]))


def test_a_queue_that_does_not_exist_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        subscribe("campaign.gossip", LeadAssigned)


def test_one_that_takes_whole_batches_sees_every_message_decoded(
    toy_database: Callable[[str], Database],
) -> None:
    seen: list[str] = []

    def take(_self: Any, _session: orm.Session, messages: Sequence[Message]) -> None:
        seen.extend(message.event.assignee for message in messages if isinstance(message.event, LeadAssigned))

    [subscription] = subscriptions_of(service(take=subscribe_all("campaign.leads")(take)))
    batch = [arrived(new_id(), 1, name) for name in ("ada", "bob")]
    for message in batch:
        subscription.check(message)
    with toy_database(SQLITE).transaction() as session:
        subscription.react(session, batch)
    assert seen == ["ada", "bob"]


def test_what_nobody_reacts_to_is_not_even_decoded() -> None:
    [subscription] = subscriptions_of(Listener())
    unheard = arrived(new_id(), 1, type="lead.captured.v1")
    subscription.check(unheard)
    assert unheard.event is None


def test_what_somebody_reacts_to_is_checked_against_its_contract() -> None:
    [subscription] = subscriptions_of(Listener())
    wrong = arrived(new_id(), 1)
    wrong.body = b"{}"
    with pytest.raises(OffSchema):
        subscription.check(wrong)
