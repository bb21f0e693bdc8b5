"""Saying what an audience is made of, on both databases."""

from collections.abc import Callable
from io import BytesIO
from uuid import UUID

import pytest

from chassis.database import Database, Session
from chassis.errors import Conflict, Invalid, NotFound
from chassis.ids import new_id
from services.campaign.audience.actions import (
    Include,
    Rules,
    drop_source,
    pick_contacts,
    set_rules,
    upload_list,
)
from services.campaign.audience.model import INCLUDE
from services.campaign.planning.model import Campaign
from services.campaign.planning.queries import take_campaign
from tests.services.campaign.builders import (
    OWNER,
    DatabaseOf,
    a_draft,
    a_planned_wave,
    a_submitted_campaign,
    approve,
    campaign_of,
    published,
    sources_of,
    submit,
)


@pytest.fixture
def database(database_of: DatabaseOf) -> Database:
    return database_of("campaign")


def change(database: Database, campaign_id: UUID, act: Callable[[Session, Campaign], object]) -> None:
    with database.transaction(OWNER) as session:
        act(session, take_campaign(session, OWNER, campaign_id))


def rules(database: Database, campaign_id: UUID, rules: Rules) -> None:
    change(
        database, campaign_id, lambda session, campaign: set_rules(session, campaign=campaign, rules=rules)
    )


def pick(database: Database, campaign_id: UUID, *contacts: UUID) -> None:
    change(
        database,
        campaign_id,
        lambda session, campaign: pick_contacts(session, campaign=campaign, role=INCLUDE, contacts=contacts),
    )


def upload(database: Database, campaign_id: UUID, text: str, **options: str) -> None:
    values = {"role": INCLUDE, "name": "fair.csv", **options}
    change(
        database,
        campaign_id,
        lambda session, campaign: upload_list(
            session, campaign=campaign, file=BytesIO(text.encode()), **values
        ),
    )


def test_new_rules_replace_the_old_ones_and_leave_lists_alone(database: Database) -> None:
    campaign_id, kept = a_draft(database), new_id()
    rules(database, campaign_id, Rules(segments=[Include(segment_id=new_id())], contacted_within_days=7))
    pick(database, campaign_id, new_id())
    rules(database, campaign_id, Rules(excluded_segments=[kept]))
    assert [(one.kind, one.role) for one in sources_of(database, campaign_id)] == [
        ("picked", "include"),
        ("segment", "exclude"),
    ]


def test_contacts_picked_again_are_on_the_list_once(database: Database) -> None:
    campaign_id, ann, ben = a_draft(database), new_id(), new_id()
    pick(database, campaign_id, ann)
    pick(database, campaign_id, ann, ben)
    (source,) = sources_of(database, campaign_id)
    assert source.entries == 2


def test_every_change_of_the_audience_is_a_new_version_of_the_draft(database: Database) -> None:
    campaign_id = a_draft(database)
    pick(database, campaign_id, new_id())
    assert campaign_of(database, campaign_id).version == 2
    assert len(published(database, "campaign.designed.v1")) == 2


def test_a_file_that_names_nobody_is_refused_with_its_lines(database: Database) -> None:
    with pytest.raises(Invalid, match="line 2 'nobody' is not an email address"):
        upload(database, a_draft(database), "email\nnobody\n")


def test_a_source_that_was_dropped_is_gone_with_its_lines(database: Database) -> None:
    campaign_id = a_draft(database)
    upload(database, campaign_id, "email\nann@example.com\n")
    (source,) = sources_of(database, campaign_id)

    def drop(session: Session, campaign: Campaign) -> None:
        drop_source(session, campaign=campaign, source_id=source.id)

    change(database, campaign_id, drop)
    assert sources_of(database, campaign_id) == []
    with pytest.raises(NotFound):
        change(database, campaign_id, drop)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (Rules(segments=[Include(segment_id=UUID(int=1))], excluded_segments=[UUID(int=1)]), "segments"),
        (Rules(segments=[Include(segment_id=UUID(int=1), product="none")]), "segments.0.product"),
        (Rules(excluded_campaigns=[UUID(int=1)]), "without.campaigns.0"),
        (Rules(excluded_segments=[UUID(int=number) for number in range(101)]), "segments"),
    ],
)
def test_rules_that_make_no_sense_are_refused_by_field(database: Database, wrong: Rules, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        rules(database, a_draft(database), wrong)
    assert [one["field"] for one in refused.value.fields] == [field]


def test_a_campaign_does_not_exclude_its_own_targets(database: Database) -> None:
    campaign_id = a_draft(database)
    with pytest.raises(Invalid, match="without.campaigns.0"):
        rules(database, campaign_id, Rules(excluded_campaigns=[campaign_id]))


def test_the_audience_of_a_submitted_plan_does_not_change(database: Database) -> None:
    campaign_id = a_submitted_campaign(database)
    with pytest.raises(Conflict):
        pick(database, campaign_id, new_id())


def test_picked_contacts_are_enough_for_a_plan_and_exclusions_are_not(database: Database) -> None:
    campaign_id = a_draft(database, segment_id=None)
    a_planned_wave(database, campaign_id)
    rules(database, campaign_id, Rules(excluded_segments=[new_id()]))
    with pytest.raises(Invalid, match="segment_id"):
        submit(database, campaign_id)
    pick(database, campaign_id, new_id())
    approve(database, campaign_id)
    assert campaign_of(database, campaign_id).state == "approved"


def test_the_audience_is_part_of_what_is_approved(database: Database) -> None:
    hashes = []
    for code, contact in (("ONE", UUID(int=1)), ("TWO", UUID(int=1)), ("THREE", UUID(int=2))):
        campaign_id = a_draft(database, code=code)
        a_planned_wave(database, campaign_id)
        pick(database, campaign_id, contact)
        submit(database, campaign_id)
        (source,) = sources_of(database, campaign_id)
        hashes.append(source.content()["digest"])
    assert hashes[0] == hashes[1] != hashes[2]
