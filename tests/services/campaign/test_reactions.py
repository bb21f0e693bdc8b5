"""What the service listens to, and that each event reaches its action."""

import pytest

from chassis.database import Database
from chassis.ids import new_id
from chassis.subscribe import subscriptions_of
from contracts.event import Event, declaration_of
from contracts.outreach import MailingFinished
from services.campaign.service import CampaignService
from tests.services.campaign.builders import (
    T0,
    DatabaseOf,
    a_captured_lead,
    a_decision,
    a_failed_resolution,
    a_running_campaign,
    a_starting_campaign,
    a_submitted_campaign,
    a_suppression,
    an_answer,
    campaign_of,
    outcomes,
    pages_of,
    targets_of,
    wave_of,
)

SUBSCRIPTIONS = {one.queue.name: one for one in subscriptions_of(CampaignService())}


@pytest.fixture
def database(database_of: DatabaseOf) -> Database:
    return database_of("campaign")


def arrive(database: Database, queue: str, event: Event) -> None:
    with database.transaction() as session:
        SUBSCRIPTIONS[queue].by_type[declaration_of(type(event)).type](session, event)


def test_the_service_listens_to_what_its_charter_says() -> None:
    heard = {name: set(subscription.by_type) for name, subscription in SUBSCRIPTIONS.items()}
    assert heard == {
        "campaign.decisions": {"approval.decided.v1", "approval.voided.v1"},
        "campaign.budgets": {
            "budget.suspended.v1",
            "budget.unsuspended.v1",
            "budget.settled.v1",
            "budget.reopened.v1",
        },
        "campaign.funding": {"funding.granted.v1", "funding.refused.v1"},
        "campaign.contacts": {"resolution.contacts.v1", "resolution.failed.v1"},
        "campaign.privacy": {"privacy.requested.v1", "privacy.closed.v1"},
        "campaign.leads": {"lead.captured.v1", "lead.converted.v1"},
        "campaign.outcomes": {
            "mailing.outcomes.v1",
            "mailing.finished.v1",
            "mailing.feedback.v1",
            "answer.received.v1",
            "suppression.added.v1",
        },
    }


def test_a_decision_reaches_its_plan(database: Database) -> None:
    campaign_id = a_submitted_campaign(database)
    arrive(database, "campaign.decisions", a_decision(campaign_of(database, campaign_id)))
    assert campaign_of(database, campaign_id).state == "approved"


def test_a_decision_on_a_claim_is_none_of_ours(database: Database) -> None:
    campaign_id = a_submitted_campaign(database)
    claim = a_decision(campaign_of(database, campaign_id), kind="claim")
    arrive(database, "campaign.decisions", claim)
    assert campaign_of(database, campaign_id).state == "in_review"


def test_contacts_reach_the_campaign_that_asked_for_them(database: Database) -> None:
    campaign_id = a_starting_campaign(database)
    (page,) = pages_of(campaign_of(database, campaign_id), [new_id()])
    arrive(database, "campaign.contacts", page)
    assert campaign_of(database, campaign_id).targets == 1


def test_a_failed_resolution_reaches_the_campaign_that_asked(database: Database) -> None:
    campaign_id = a_starting_campaign(database)
    failed = a_failed_resolution(campaign_of(database, campaign_id), "gone")
    arrive(database, "campaign.contacts", failed)
    assert campaign_of(database, campaign_id).start_problem == "gone"


def test_what_comes_back_from_a_target_reaches_it_one_after_the_other(database: Database) -> None:
    contact = new_id()
    campaign_id = a_running_campaign(database, contacts=[contact])
    wave, target = wave_of(database, campaign_id), targets_of(database, campaign_id)[contact]
    climbed = []
    for queue, event in (
        ("campaign.outcomes", outcomes(wave, [target])),
        ("campaign.outcomes", an_answer(wave, target)),
        ("campaign.outcomes", a_suppression(target)),
        ("campaign.leads", a_captured_lead(campaign_id, contact)),
    ):
        arrive(database, queue, event)
        climbed.append(targets_of(database, campaign_id)[contact].status)
    assert climbed == ["contacted", "responded", "opted_out", "lead"]


def test_a_finished_mailing_reaches_its_wave(database: Database) -> None:
    campaign_id = a_running_campaign(database, contacts=[])
    finished = MailingFinished(
        mailing_id=new_id(),
        wave_id=wave_of(database, campaign_id).id,
        campaign_id=campaign_id,
        recipients=0,
        accepted=0,
        failed=0,
        suppressed=0,
        uncertain=0,
        finished_at=T0,
    )
    arrive(database, "campaign.outcomes", finished)
    assert wave_of(database, campaign_id).state == "finished"
