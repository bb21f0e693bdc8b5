"""A trial from the draw to the rest of the recipients: sample, decision, and what follows from it."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from chassis import clock
from chassis.clock import now
from chassis.database import Database
from chassis.errors import Conflict, Invalid
from chassis.ids import new_id
from contracts.campaign import Schedule, Trial, Variant
from contracts.outreach import MailingFinished, VariantChosen
from services.outreach.links.model import Answer
from services.outreach.mailings import course, leases, trials
from services.outreach.mailings.ledger import Ending
from services.outreach.mailings.model import Delivery
from services.outreach.mailings.outcomes import record
from services.outreach.mailings.steward import Steward
from services.outreach.opens.model import Open
from tests.services.outreach.builders import (
    MIA,
    DatabaseOf,
    a_card,
    a_mailing,
    deliveries_of,
    mailing_of,
    published,
    settings,
)

HOUR = 3600


@pytest.fixture
def database(database_of: DatabaseOf) -> Database:
    return database_of("outreach")


def a_trial(**changes: object) -> Trial:
    plain: dict[str, object] = {
        "variants": [
            Variant(name="plain", template_id=new_id(), share=50),
            Variant(name="bold", template_id=new_id(), share=50),
        ],
        "sample_percent": 40,
        "decide_after_seconds": HOUR,
    }
    return Trial(**{**plain, **changes})  # type: ignore[arg-type]


def a_tried_mailing(database: Database, trial: Trial, *, contacts: int = 100, **changes: Any) -> UUID:
    return a_mailing(database, [a_card() for _ in range(contacts)], trial=trial, **changes)


def rounds(database: Database, number: int = 5) -> None:
    """Let the steward go round; a few accepted copies of each variant are enough for it."""
    steward = Steward(settings(trial_sample=5), database)
    for _ in range(number):
        steward.step()


def send(database: Database, mailing_id: UUID) -> None:
    """Let everything that is due be accepted."""
    while True:
        with database.transaction() as session:
            lease = leases.take(session, mailing_id, size=500, seconds=60)
        if lease is None:
            return
        held = [one.id for one in deliveries_of(database, mailing_id).values() if one.lease == lease]
        with database.transaction() as session:
            record(session, mailing_id, [Ending(one, "accepted") for one in held], lease=lease)


def of_variant(database: Database, mailing_id: UUID, variant: int | None) -> list[Delivery]:
    return [one for one in deliveries_of(database, mailing_id).values() if one.variant == variant]


def click(
    database: Database, deliveries: Sequence[Delivery], *, machine: bool = False, kind: str = "click"
) -> None:
    with database.transaction() as session:
        for one in deliveries:
            answer = Answer(
                delivery_id=one.id,
                mailing_id=one.mailing_id,
                campaign_id=new_id(),
                wave_id=new_id(),
                target_id=one.target_id,
                contact_id=one.contact_id,
                kind=kind,
                link_number=0 if kind == "click" else None,
                url="",
                note="",
                clicks=1,
                machine=machine,
                received_at=now(),
            )
            session.add(answer)


def seen(database: Database, deliveries: Sequence[Delivery], *, machine: bool = False) -> None:
    with database.transaction() as session:
        for one in deliveries:
            row = Open(
                delivery_id=one.id,
                machine=machine,
                mailing_id=one.mailing_id,
                target_id=one.target_id,
                rule="",
                agent="",
                count=1,
                first_at=now(),
                last_at=now(),
            )
            session.add(row)


def states(database: Database, mailing_id: UUID) -> Counter[tuple[str, int | None]]:
    return Counter((one.state, one.variant) for one in deliveries_of(database, mailing_id).values())


def test_only_the_sample_goes_out_at_first(database: Database) -> None:
    mailing_id = a_tried_mailing(database, a_trial())
    send(database, mailing_id)
    found = states(database, mailing_id)
    assert set(found) == {("accepted", 0), ("accepted", 1), ("waiting", None)}
    assert 40 <= found["waiting", None] <= 80
    rounds(database)
    assert mailing_of(database, mailing_id).sampled_at is not None
    assert published(database, VariantChosen) == []


def test_after_its_time_the_better_variant_goes_to_the_rest(database: Database) -> None:
    trial = a_trial()
    mailing_id = a_tried_mailing(database, trial)
    send(database, mailing_id)
    rounds(database)
    click(database, of_variant(database, mailing_id, 1)[:4])
    click(database, of_variant(database, mailing_id, 0)[:1])
    clock.travel(seconds=HOUR + 1)
    rounds(database)
    (chosen,) = published(database, VariantChosen)
    assert (chosen.variant, chosen.template_id) == ("bold", trial.variants[1].template_id)
    assert "4 of" in chosen.why
    send(database, mailing_id)
    found = states(database, mailing_id)
    assert set(found) == {("accepted", 0), ("accepted", 1)}
    assert found["accepted", 1] > found["accepted", 0]
    assert [one.accepted for one in published(database, MailingFinished)] == [100]


@pytest.mark.parametrize(
    ("metric", "react"),
    [("clicks", click), ("opens", seen), ("answers", lambda *given: click(*given, kind="form"))],
)
def test_each_metric_counts_its_own_reactions_and_none_of_machines(
    database: Database, metric: str, react: object
) -> None:
    mailing_id = a_tried_mailing(database, a_trial(metric=metric, sample_percent=100), contacts=40)
    send(database, mailing_id)
    plain, bold = of_variant(database, mailing_id, 0), of_variant(database, mailing_id, 1)
    click(database, bold, machine=True)
    seen(database, bold, machine=True)
    react(database, plain[:3])  # type: ignore[operator]
    with database.reading() as session:
        found = trials.results(session, mailing_of(database, mailing_id), metric)
    assert [(one.name, one.accepted, one.reacted) for one in found] == [
        ("plain", len(plain), 3),
        ("bold", len(bold), 0),
    ]


def test_a_sample_that_is_not_out_is_waited_for(database: Database) -> None:
    mailing_id = a_tried_mailing(database, a_trial())
    with database.transaction() as session:
        leases.take(session, mailing_id, size=3, seconds=100_000)
    clock.travel(seconds=10 * HOUR)
    rounds(database)
    assert mailing_of(database, mailing_id).sampled_at is None


def test_a_trial_that_is_decided_by_hand_waits_for_a_person(database: Database) -> None:
    mailing_id = a_tried_mailing(database, a_trial(by_hand=True))
    send(database, mailing_id)
    rounds(database)
    clock.travel(seconds=100 * HOUR)
    rounds(database)
    assert published(database, VariantChosen) == []
    with database.transaction(MIA) as session:
        trials.choose_by_hand(session, MIA, mailing_id=mailing_id, variant="plain")
    rounds(database)
    send(database, mailing_id)
    assert states(database, mailing_id)["accepted", 1] < states(database, mailing_id)["accepted", 0]
    assert mailing_of(database, mailing_id).state == "finished"
    with pytest.raises(Conflict), database.transaction(MIA) as session:
        trials.choose_by_hand(session, MIA, mailing_id=mailing_id, variant="bold")


def test_a_variant_that_there_is_not_cannot_be_chosen(database: Database) -> None:
    mailing_id = a_tried_mailing(database, a_trial())
    with pytest.raises(Invalid), database.transaction(MIA) as session:
        trials.choose_by_hand(session, MIA, mailing_id=mailing_id, variant="shiny")
    other = a_mailing(database, [a_card()])
    with pytest.raises(Conflict), database.transaction(MIA) as session:
        trials.choose_by_hand(session, MIA, mailing_id=other, variant="plain")


def test_a_trial_of_everybody_is_decided_for_the_record(database: Database) -> None:
    mailing_id = a_tried_mailing(database, a_trial(sample_percent=100), contacts=20)
    send(database, mailing_id)
    assert mailing_of(database, mailing_id).state == "finished"
    rounds(database)
    clock.travel(seconds=HOUR + 1)
    rounds(database)
    assert len(published(database, VariantChosen)) == 1


def test_who_waits_for_the_winner_when_a_mailing_ends_gets_nothing(database: Database) -> None:
    expiry = now() + timedelta(seconds=HOUR)
    expiring = a_tried_mailing(database, a_trial(), schedule=Schedule(expires_at=expiry))
    cancelled = a_tried_mailing(database, a_trial())
    for one in (expiring, cancelled):
        send(database, one)
    with database.transaction(MIA) as session:
        course.cancel(session, MIA, mailing_id=cancelled, reason="")
    clock.travel(seconds=HOUR + 1)
    rounds(database)
    ends = {one: mailing_of(database, one) for one in (expiring, cancelled)}
    assert [one.state for one in ends.values()] == ["finished", "cancelled"]
    assert all(one.accepted + one.suppressed == 100 for one in ends.values())
    assert published(database, VariantChosen) == []
