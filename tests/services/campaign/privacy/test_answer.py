"""What the campaign service hands out about a person, and what is left of one who is erased."""

import hashlib
from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import select, update

from chassis.database import Database
from chassis.ids import new_id
from contracts.lead import PrivacyRequested
from services.campaign.answers.actions import take_answer
from services.campaign.answers.model import Response
from services.campaign.answers.reports import take_lead
from services.campaign.audience.model import AudienceEntry, AudienceSource
from services.campaign.followups.model import FollowUp
from services.campaign.privacy.actions import answer
from services.campaign.waves.model import WaveRecipient
from tests.harness.remains import remains
from tests.services.campaign.builders import (
    a_captured_lead,
    a_running_campaign,
    an_answer,
    hear,
    minutes,
    published,
    release,
    targets_of,
    wave_of,
)

Databases = Callable[[str], Database]


def asked(contact_id: UUID, kind: Any, *emails: str) -> PrivacyRequested:
    return PrivacyRequested(
        request_id=new_id(),
        kind=kind,
        department="north",
        contact_ids=[contact_id],
        address_digests=[hashlib.sha256(one.encode()).hexdigest() for one in emails],
        requested_by="mia",
        requested_at=minutes(0),
        due_at=minutes(1),
    )


def followed_up_and_listed(database: Database, campaign_id: UUID, contact_id: UUID) -> None:
    """Something was done about the contact's answer, its copy came back, and lists name it and another."""
    with database.transaction() as session:
        source_id = session.scalars(select(AudienceSource.id)).first()
        replied = session.scalars(select(Response).where(Response.contact_id == contact_id)).one()
        todo = {"what": "call Zaphodina", "due_on": minutes(0).date(), "state": "done", "result": "Zaphodina"}
        links = {"campaign_id": campaign_id, "target_id": replied.target_id, "response_id": replied.id}
        session.add(FollowUp(owner="mia", created_by="mia", created_at=minutes(0), **links, **todo))
        said = update(WaveRecipient).where(WaveRecipient.contact_id == contact_id)
        session.execute(said.values(reason="550 zaphodina@shop.de", bounce_reason="no Zaphodina here"))
        for place, email in enumerate(("Ann@shop.de", "bob@shop.de"), start=100):
            session.add(AudienceEntry(source_id=source_id, place=place, email=email, region=""))


def test_a_person_gets_places_and_answers_and_is_erased_from_words_and_lists(
    database_of: Databases,
) -> None:
    database = database_of("campaign")
    ann, bob = new_id(), new_id()
    campaign_id = a_running_campaign(database, contacts=[ann, bob])
    wave = release(database, wave_of(database, campaign_id))
    targets = targets_of(database, campaign_id)
    for one in (ann, bob):
        event = an_answer(wave, targets[one], kind="reply", note="call me")
        hear(database, partial(take_answer, event=event))
    followed_up_and_listed(database, campaign_id, ann)
    hear(database, lambda session: answer(session, asked(ann, "export", "ann@shop.de")))
    (told,) = published(database, "campaigndata.answered.v1")
    kinds = sorted(one["kind"] for one in told["records"])
    assert kinds == ["follow_up", "line", "recipient", "response", "target"]
    assert (told["held"], told["erased"]) == (5, 0)
    erasing = asked(ann, "erasure", "ann@shop.de")
    for _ in range(2):
        hear(database, lambda session: answer(session, erasing))
    assert [one["erased"] for one in published(database, "campaigndata.answered.v1")] == [0, 4]
    left = remains(database, "zaphodina")
    assert [one for one in left if not one.startswith("outbox.")] == []
    with database.reading() as session:
        notes = dict(session.execute(select(Response.contact_id, Response.note)).all())
        emails = set(session.scalars(select(AudienceEntry.email).where(AudienceEntry.place >= 100)))
    assert notes == {ann: "", bob: "call me"}
    assert emails == {None, "bob@shop.de"}


def test_the_lead_of_a_merged_contact_finds_the_target_that_answered(database_of: Databases) -> None:
    database = database_of("campaign")
    contact_id, survivor = new_id(), new_id()
    campaign_id = a_running_campaign(database, contacts=[contact_id])
    wave = release(database, wave_of(database, campaign_id))
    (target,) = targets_of(database, campaign_id).values()
    event = an_answer(wave, target, kind="reply")
    hear(database, lambda session: take_answer(session, event))
    captured = a_captured_lead(campaign_id, survivor)
    lead = msgspec.structs.replace(captured, response_id=event.answer_id)
    hear(database, lambda session: take_lead(session, lead))
    (target,) = targets_of(database, campaign_id).values()
    assert target.status == "lead"
