"""Contacts that come on the target list of a campaign under way, and targets that go off it."""

from uuid import UUID

import msgspec
import pytest

from chassis.auth import Actor
from chassis.database import Database
from chassis.errors import Conflict, Forbidden, Invalid
from chassis.ids import new_id
from services.campaign.audience.late import add_targets, remove_targets
from services.campaign.audience.model import AudienceSource
from services.campaign.launch.actions import fall_back
from services.campaign.planning.queries import take_campaign
from tests.services.campaign.builders import (
    COLLEAGUE,
    OWNER,
    DatabaseOf,
    a_failed_resolution,
    a_running_campaign,
    an_approved_campaign,
    campaign_of,
    exclusions_of,
    pages_for,
    published,
    recipients_of,
    release,
    resolve,
    targets_of,
    wave_of,
)
from tests.services.campaign.plan_builders import changes_of

ANN, BEN, CAT = new_id(), new_id(), new_id()


@pytest.fixture
def database(database_of: DatabaseOf) -> Database:
    return database_of("campaign")


def add(database: Database, campaign_id: UUID, *contacts: UUID, actor: Actor = OWNER) -> AudienceSource:
    with database.transaction(actor) as session:
        campaign = take_campaign(session, actor, campaign_id)
        return add_targets(session, actor, campaign=campaign, contacts=contacts, reason="a new customer")


def remove(database: Database, campaign_id: UUID, *targets: UUID) -> AudienceSource:
    with database.transaction(OWNER) as session:
        campaign = take_campaign(session, OWNER, campaign_id)
        return remove_targets(session, OWNER, campaign=campaign, targets=targets, reason="moved away")


def test_who_comes_on_the_list_late_is_looked_up_and_reached_by_the_next_wave(database: Database) -> None:
    campaign_id = a_running_campaign(database, contacts=[ANN])
    source = add(database, campaign_id, BEN, BEN, ANN)
    listed = published(database, "campaign.contacts_listed.v1")[-1]
    assert [one["contact_id"] for one in listed["contacts"]] == [str(BEN), str(ANN)]
    resolve(database, *pages_for(source, [BEN, ANN]))
    assert set(targets_of(database, campaign_id)) == {ANN, BEN}
    (told,) = published(database, "campaign.targets_changed.v1")
    assert (told["targets"], told["added"], told["removed"]) == (2, 1, 0)
    assert campaign_of(database, campaign_id).targets == 2
    wave = wave_of(database, campaign_id)
    release(database, wave)
    assert set(recipients_of(database, wave.id)) == {ANN, BEN}


def test_the_change_of_a_list_is_kept_with_who_and_why(database: Database) -> None:
    campaign_id = a_running_campaign(database, contacts=[ANN])
    add(database, campaign_id, BEN)
    (change,) = changes_of(database, campaign_id)
    assert (change.by, change.reason, change.before) == ("mia", "a new customer", None)
    assert (change.after["kind"], change.after["role"], change.after["entries"]) == ("picked", "include", 1)


def test_who_was_taken_off_is_an_exclusion_and_gets_nothing(database: Database) -> None:
    campaign_id = a_running_campaign(database, contacts=[ANN, BEN])
    remove(database, campaign_id, targets_of(database, campaign_id)[BEN].id)
    assert exclusions_of(database, campaign_id) == {BEN: "picked"}
    (told,) = published(database, "campaign.targets_changed.v1")
    assert (told["targets"], told["added"], told["removed"]) == (1, 0, 1)
    wave = wave_of(database, campaign_id)
    release(database, wave)
    assert set(recipients_of(database, wave.id)) == {ANN}
    assert [one.after["role"] for one in changes_of(database, campaign_id)] == ["exclude"]


def test_a_target_to_whom_something_happened_stays(database: Database) -> None:
    campaign_id = a_running_campaign(database, contacts=[ANN])
    release(database, wave_of(database, campaign_id))
    with pytest.raises(Conflict, match="suppress"):
        remove(database, campaign_id, targets_of(database, campaign_id)[ANN].id)
    assert set(targets_of(database, campaign_id)) == {ANN}


def test_only_targets_of_the_campaign_are_taken_off(database: Database) -> None:
    campaign_id = a_running_campaign(database, contacts=[ANN])
    with pytest.raises(Invalid, match=r"targets\.1"):
        remove(database, campaign_id, targets_of(database, campaign_id)[ANN].id, new_id())
    assert set(targets_of(database, campaign_id)) == {ANN}


def test_a_list_that_cannot_be_looked_up_does_not_stop_the_campaign(database: Database) -> None:
    campaign_id = a_running_campaign(database, contacts=[ANN])
    source = add(database, campaign_id, CAT)
    assert source.resolution_id is not None
    failed = a_failed_resolution(campaign_of(database, campaign_id), "no such list")
    with database.transaction() as session:
        fall_back(session, msgspec.structs.replace(failed, resolution_id=source.resolution_id))
    assert campaign_of(database, campaign_id).state == "running"


def test_only_the_owner_of_a_campaign_under_way_changes_its_list(database: Database) -> None:
    with pytest.raises(Conflict, match="approved"):
        add(database, an_approved_campaign(database, code="WAITING"), ANN)
    with pytest.raises(Forbidden):
        add(database, a_running_campaign(database, contacts=[ANN]), BEN, actor=COLLEAGUE)
