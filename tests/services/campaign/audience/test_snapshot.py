"""Target lists from several sources, whoever is left out of them and why, on both databases."""

import random
from datetime import timedelta
from io import BytesIO
from uuid import UUID

import msgspec
import pytest

from chassis.clock import now
from chassis.database import Database
from chassis.ids import new_id
from services.campaign.answers.reports import take_outcomes
from services.campaign.audience.actions import Include, Rules, pick_contacts, set_rules, upload_list
from services.campaign.audience.model import EXCLUDE, INCLUDE, AudienceSource
from services.campaign.launch.actions import fall_back
from services.campaign.planning.queries import take_campaign
from tests.services.campaign.builders import (
    OWNER,
    DatabaseOf,
    a_draft,
    a_failed_resolution,
    a_planned_wave,
    a_running_campaign,
    approve,
    campaign_of,
    exclusions_of,
    hear,
    outcomes,
    pages_for,
    published,
    release,
    resolve,
    sources_of,
    start,
    targets_of,
    wave_of,
)


@pytest.fixture
def database(database_of: DatabaseOf) -> Database:
    return database_of("campaign")


def a_starting(database: Database, rules: Rules, **changes: object) -> UUID:
    """A campaign of its own segment and of ``rules`` that waits for its contacts."""
    campaign_id = a_draft(database, code="MIXED", **changes)
    a_planned_wave(database, campaign_id)
    with database.transaction(OWNER) as session:
        set_rules(session, campaign=take_campaign(session, OWNER, campaign_id), rules=rules)
    approve(database, campaign_id)
    start(database, campaign_id)
    return campaign_id


def by_segment(database: Database, campaign_id: UUID) -> dict[UUID, AudienceSource]:
    return {one.segment_id: one for one in sources_of(database, campaign_id) if one.segment_id}


def test_every_segment_is_asked_for_with_a_resolution_of_its_own(database: Database) -> None:
    more, less = new_id(), new_id()
    campaign_id = a_starting(database, Rules(segments=[Include(segment_id=more)], excluded_segments=[less]))
    campaign = campaign_of(database, campaign_id)
    (started,) = published(database, "campaign.started.v1")
    assert [one["segment_id"] for one in started["segments"]] == [
        str(campaign.segment_id),
        str(more),
        str(less),
    ]
    assert len({one["resolution_id"] for one in started["segments"]}) == 3
    assert started["resolution_id"] == started["segments"][0]["resolution_id"]


def test_a_campaign_is_launched_when_the_last_of_its_sources_came(database: Database) -> None:
    more = new_id()
    campaign_id = a_starting(database, Rules(segments=[Include(segment_id=more)]))
    sources = by_segment(database, campaign_id)
    resolve(database, *pages_for(sources[more], [new_id()]))
    assert campaign_of(database, campaign_id).state == "starting"
    resolve(database, *pages_for(sources[campaign_of(database, campaign_id).segment_id], [new_id()]))  # type: ignore[index]
    campaign = campaign_of(database, campaign_id)
    assert (campaign.state, campaign.targets) == ("running", 2)


@pytest.mark.parametrize("seed", range(6))
def test_pages_in_any_order_make_the_same_list_with_the_same_reasons(database: Database, seed: int) -> None:
    a, b, keep_off, keep_off_too = (new_id() for _ in range(4))
    everybody = [new_id() for _ in range(9)]
    rules = Rules(
        segments=[Include(segment_id=a, product="A"), Include(segment_id=b, product="B")],
        excluded_segments=[keep_off, keep_off_too],
    )
    campaign_id = a_starting(database, rules, segment_id=None, products=["A", "B"])
    sources = by_segment(database, campaign_id)
    streams = [
        pages_for(sources[a], everybody[:6], size=2),
        pages_for(sources[b], everybody[4:], size=2),
        pages_for(sources[keep_off], [everybody[0], everybody[8], new_id()], size=1),
        pages_for(sources[keep_off_too], [everybody[0], everybody[5]], size=1),
    ]
    chance = random.Random(seed)
    while streams := [stream for stream in streams if stream]:
        resolve(database, chance.choice(streams).pop(0))
    targets = targets_of(database, campaign_id)
    products = {contact: target.product for contact, target in targets.items()}
    assert products == {
        **dict.fromkeys([everybody[1], everybody[2], everybody[3], everybody[4]], "A"),
        **dict.fromkeys([everybody[6], everybody[7]], "B"),
    }
    assert exclusions_of(database, campaign_id) == dict.fromkeys(
        [everybody[0], everybody[5], everybody[8]], "segment"
    )
    assert campaign_of(database, campaign_id).targets == 6


def test_the_targets_of_another_campaign_stay_off(database: Database) -> None:
    shared, fresh = new_id(), new_id()
    other = a_running_campaign(database, contacts=[shared, new_id()])
    campaign_id = a_starting(database, Rules(excluded_campaigns=[other]))
    (own,) = by_segment(database, campaign_id).values()
    resolve(database, *pages_for(own, [shared, fresh]))
    assert set(targets_of(database, campaign_id)) == {fresh}
    assert exclusions_of(database, campaign_id) == {shared: "campaign"}


def test_whoever_got_something_lately_stays_off(database: Database) -> None:
    lately, long_ago, failed = (new_id() for _ in range(3))
    other = a_running_campaign(database, contacts=[lately, long_ago, failed])
    wave = release(database, wave_of(database, other))
    targets = targets_of(database, other)
    at = now()
    hear(
        database,
        lambda session: take_outcomes(session, outcomes(wave, [targets[lately]], at=at - timedelta(days=29))),
        lambda session: take_outcomes(
            session, outcomes(wave, [targets[long_ago]], at=at - timedelta(days=31))
        ),
        lambda session: take_outcomes(session, outcomes(wave, [targets[failed]], outcome="failed", at=at)),
    )
    campaign_id = a_starting(database, Rules(contacted_within_days=30))
    (own,) = by_segment(database, campaign_id).values()
    resolve(database, *pages_for(own, [lately, long_ago, failed]))
    assert set(targets_of(database, campaign_id)) == {long_ago, failed}
    assert exclusions_of(database, campaign_id) == {lately: "recent"}


def test_a_file_and_picked_contacts_are_looked_up_and_their_addresses_forgotten(database: Database) -> None:
    campaign_id = a_draft(database, segment_id=None)
    a_planned_wave(database, campaign_id)
    picked, off = new_id(), new_id()
    with database.transaction(OWNER) as session:
        campaign = take_campaign(session, OWNER, campaign_id)
        file = BytesIO(b"email\nann@example.com\nben@example.com\n")
        upload_list(session, campaign=campaign, role=INCLUDE, name="fair.csv", file=file)
        pick_contacts(session, campaign=campaign, role=INCLUDE, contacts=[picked, picked])
        pick_contacts(session, campaign=campaign, role=EXCLUDE, contacts=[off])
    approve(database, campaign_id)
    start(database, campaign_id)
    asked = published(database, "campaign.contacts_listed.v1")
    assert [[line["email"] or line["contact_id"] for line in one["contacts"]] for one in asked] == [
        ["ann@example.com", "ben@example.com"],
        [str(picked)],
        [str(off)],
    ]
    fair, by_hand, not_these = sources_of(database, campaign_id)
    ann = new_id()
    resolve(database, *pages_for(fair, [ann, off], unmatched=[]))
    resolve(database, *pages_for(by_hand, [], unmatched=[1]), *pages_for(not_these, [off]))
    assert set(targets_of(database, campaign_id)) == {ann}
    assert exclusions_of(database, campaign_id) == {off: "picked"}
    fair, by_hand, _ = sources_of(database, campaign_id)
    assert (fair.matched, by_hand.unmatched, by_hand.unmatched_places) == (2, 1, [1])
    with database.reading() as session:
        kept = session.connection().exec_driver_sql("SELECT email FROM audience_entries").scalars().all()
    assert set(kept) == {None}


def test_a_long_list_is_asked_for_in_pages(database: Database) -> None:
    campaign_id = a_draft(database, segment_id=None)
    a_planned_wave(database, campaign_id)
    rows = "".join(f"person{number}@example.com\n" for number in range(1201))
    with database.transaction(OWNER) as session:
        campaign = take_campaign(session, OWNER, campaign_id)
        upload_list(
            session, campaign=campaign, role=INCLUDE, name="x.csv", file=BytesIO(f"email\n{rows}".encode())
        )
    approve(database, campaign_id)
    start(database, campaign_id)
    asked = published(database, "campaign.contacts_listed.v1")
    assert [(one["page"], one["pages"], len(one["contacts"])) for one in asked] == [
        (1, 3, 500),
        (2, 3, 500),
        (3, 3, 201),
    ]


def test_a_start_that_failed_leaves_nothing_on_the_list(database: Database) -> None:
    more = new_id()
    campaign_id = a_starting(database, Rules(segments=[Include(segment_id=more)]))
    sources = by_segment(database, campaign_id)
    own = sources[campaign_of(database, campaign_id).segment_id]  # type: ignore[index]
    resolve(database, *pages_for(own, [new_id()]))
    failed = a_failed_resolution(campaign_of(database, campaign_id), "gone")
    failed = msgspec.structs.replace(failed, resolution_id=sources[more].resolution_id)
    hear(database, lambda session: fall_back(session, failed))
    assert campaign_of(database, campaign_id).start_problem == "gone"
    assert targets_of(database, campaign_id) == {}
    start(database, campaign_id)
    again = by_segment(database, campaign_id)
    resolve(database, *pages_for(again[own.segment_id], [new_id()]), *pages_for(again[more], []))  # type: ignore[index]
    assert campaign_of(database, campaign_id).targets == 1
