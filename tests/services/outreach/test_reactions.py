"""What the service listens to, and that each event reaches its action."""

from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import select

from chassis.clock import now
from chassis.database import Database
from chassis.errors import NotYet
from chassis.ids import new_id
from chassis.subscribe import subscriptions_of
from contracts.campaign import (
    CampaignCancelled,
    CampaignCompleted,
    CampaignDesigned,
    CampaignPaused,
    CampaignResumed,
)
from contracts.event import Event, declaration_of
from contracts.lead import ContactSaved, ImportContactsSaved
from contracts.outreach import MailingStarted
from services.outreach.contacts.model import ContactPoint
from services.outreach.mailings.model import Mailing, Standing
from services.outreach.service import OutreachService
from tests.services.outreach.builders import DatabaseOf, a_card, a_wave, pages_of, published, settings


class Outreach(OutreachService):
    """The service with settings, although it does not run."""

    settings = settings()


SUBSCRIPTIONS = {one.queue.name: one for one in subscriptions_of(Outreach())}


@pytest.fixture
def database(database_of: DatabaseOf) -> Database:
    return database_of("outreach")


def arrive(database: Database, queue: str, event: Event) -> None:
    with database.transaction() as session:
        SUBSCRIPTIONS[queue].by_type[declaration_of(type(event)).type](session, event)


def test_the_service_listens_to_what_its_charter_says() -> None:
    heard = {name: set(subscription.by_type) for name, subscription in SUBSCRIPTIONS.items()}
    assert heard == {
        "outreach.contacts": {"contact.saved.v1", "import.contacts_saved.v1"},
        "outreach.privacy": {"privacy.requested.v1", "privacy.closed.v1"},
        "outreach.waves": {"wave.released.v1", "wave.targets.v1"},
        "outreach.campaigns": {
            "campaign.designed.v1",
            "campaign.paused.v1",
            "campaign.resumed.v1",
            "campaign.completed.v1",
            "campaign.cancelled.v1",
        },
        "outreach.tasks": {"task.assigned.v1", "task.overdue.v1", "task.rescheduled.v1"},
        "outreach.leads": {"lead.assigned.v1", "reassignment.finished.v1"},
        "outreach.clocks": {"clock.reminded.v1", "clock.escalated.v1"},
        "outreach.requests": {"request.opened.v1", "request.assigned.v1", "request.answered.v1"},
        "outreach.approvals": {
            f"approval.{what}.v1"
            for what in ("opened", "advanced", "reminded", "escalated", "decided", "voided")
        },
    }


def test_contacts_reach_the_copy_one_by_one_and_by_the_page(database: Database) -> None:
    single, imported = a_card(), a_card()
    arrive(database, "outreach.contacts", ContactSaved(contact=single))
    arrive(database, "outreach.contacts", ImportContactsSaved(import_id=new_id(), contacts=[imported]))
    with database.reading() as session:
        assert session.get(ContactPoint, single.contact_id) is not None
        assert session.get(ContactPoint, imported.contact_id) is not None


def test_a_wave_and_its_targets_start_a_mailing(database: Database) -> None:
    wave = a_wave(targets=3, pages=2)
    arrive(database, "outreach.waves", wave)
    for page in pages_of(wave, [new_id() for _ in range(3)]):
        arrive(database, "outreach.waves", page)
    (started,) = published(database, MailingStarted)
    assert (started.wave_id, started.recipients) == (wave.wave_id, 3)


def test_a_mailing_stands_still_goes_on_and_ends_with_its_campaign(database: Database) -> None:
    wave = a_wave(targets=1, pages=1)
    arrive(database, "outreach.waves", wave)
    (page,) = pages_of(wave, [new_id()])
    arrive(database, "outreach.waves", page)
    states = []
    for event in (CampaignPaused, CampaignResumed, CampaignCompleted):
        told = event(campaign_id=wave.campaign_id, at=now(), by="ada")
        arrive(database, "outreach.campaigns", told)
        with database.reading() as session:
            states.append(session.scalars(select(Mailing.state)).one())
    assert states == ["paused", "sending", "cancelled"]


def test_a_cancelled_campaign_cancels_its_mailings_and_its_kind_is_known(database: Database) -> None:
    wave = a_wave(targets=1, pages=1)
    arrive(database, "outreach.waves", wave)
    arrive(database, "outreach.campaigns", a_design(wave.campaign_id, kind="survey"))
    told = CampaignCancelled(campaign_id=wave.campaign_id, at=now(), by="ada")
    arrive(database, "outreach.campaigns", told)
    with database.reading() as session:
        standing = session.scalars(select(Standing)).one()
        assert (standing.kind, standing.state) == ("survey", "cancelled")
        assert session.scalars(select(Mailing.state)).one() == "cancelled"


def a_design(campaign_id: UUID, *, kind: str) -> CampaignDesigned:
    return CampaignDesigned(
        campaign_id=campaign_id,
        code="S",
        name="Spring",
        kind=kind,
        purposes=[],
        owner="ada",
        department="north",
        starts_on=date(2026, 1, 1),
        ends_on=date(2026, 2, 1),
        currency="EUR",
        goals=[],
        budget=[],
    )


def test_targets_of_a_wave_that_is_not_known_are_kept_for_later(database: Database) -> None:
    (page,) = pages_of(a_wave(targets=1, pages=1), [new_id()])
    with pytest.raises(NotYet):
        arrive(database, "outreach.waves", page)
