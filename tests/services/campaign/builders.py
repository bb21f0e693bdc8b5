"""Builds campaigns at each stage of their life, and the events that carry them there."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

import msgspec
from sqlalchemy import select

from chassis.auth import Actor
from chassis.database import Database, Session
from chassis.ids import new_id
from chassis.outbox import outbox
from contracts.campaign import Goal
from contracts.finance import ApprovalDecided
from contracts.lead import LeadCaptured, ResolutionContacts, ResolutionFailed, ResolvedContact
from contracts.outreach import (
    AnswerReceived,
    Feedback,
    MailingFeedback,
    MailingOutcomes,
    Outcome,
    SuppressionAdded,
)
from contracts.roles import ADMINISTRATOR, MARKETING_MANAGER, MARKETING_STAFF
from services.campaign.audience.model import AudienceSource, Exclusion
from services.campaign.launch.actions import snapshot_page, start_campaign
from services.campaign.launch.model import Target
from services.campaign.planning.actions import apply_decision, design_campaign, submit_plan
from services.campaign.planning.design import Design, DraftLine
from services.campaign.planning.model import Campaign
from services.campaign.planning.queries import audience_of, take_campaign
from services.campaign.waves.actions import release_wave
from services.campaign.waves.model import Wave, WaveRecipient
from services.campaign.waves.plan import WavePlan
from services.campaign.waves.planning import plan_wave
from tests.services.scenes import scene

DatabaseOf = Callable[[str], Database]

OWNER = Actor("mia", frozenset({MARKETING_MANAGER}), frozenset({"north"}))
COLLEAGUE = Actor("otto", frozenset({MARKETING_STAFF}), frozenset({"north"}))
STRANGER = Actor("sara", frozenset({MARKETING_MANAGER}), frozenset({"south"}))
ADMIN = Actor("root", frozenset({ADMINISTRATOR}), frozenset())

T0 = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
"""When the world of these tests begins."""


def minutes(count: float) -> datetime:
    """``count`` minutes after the beginning."""
    return T0 + timedelta(minutes=count)


def a_design(**changes: Any) -> Design:
    """A design with nothing wrong in it, apart from what ``changes`` say."""
    plain: dict[str, Any] = {
        "code": "SPRING-26",
        "name": "Spring seminar",
        "kind": "seminar",
        "department": "north",
        "starts_on": date(2026, 12, 1),
        "ends_on": date(2027, 2, 28),
        "currency": "EUR",
        "segment_id": new_id(),
        "purposes": ["new_customers"],
        "goals": [Goal(metric="valid_leads", target=Decimal(40))],
        "budget": [DraftLine(name="venue", amount=Decimal("1200.50"))],
    }
    return Design(**{**plain, **changes})


def a_body(**changes: Any) -> dict[str, Any]:
    """The JSON of a design with nothing wrong in it, apart from what ``changes`` say."""
    return {
        "code": "SPRING-26",
        "name": "Spring seminar",
        "kind": "seminar",
        "purposes": ["new_customers"],
        "department": "north",
        "region": "north",
        "starts_on": "2026-12-01",
        "ends_on": "2027-02-28",
        "currency": "EUR",
        "message": "Come and see",
        "products": ["X1"],
        "segment_id": str(new_id()),
        "goals": [{"metric": "valid_leads", "target": "40"}],
        "budget": [{"name": "venue", "amount": "1200.50"}, {"name": "print", "amount": "300"}],
        **changes,
    }


def a_draft(database: Database, **changes: Any) -> UUID:
    """A draft without waves."""
    with database.transaction(OWNER) as session:
        return design_campaign(session, OWNER, a_design(**changes)).id


def a_plan(**changes: Any) -> WavePlan:
    """The plan of an email wave with nothing wrong in it, apart from what ``changes`` say."""
    return WavePlan(**{"channel": "email", "template_id": new_id(), **changes})


def a_follow_up(after_id: UUID, **changes: Any) -> WavePlan:
    """The plan of an email wave to recipients of another one, apart from what ``changes`` say."""
    return a_plan(after_id=after_id, **changes)


def a_planned_wave(database: Database, campaign_id: UUID, plan: WavePlan | None = None) -> UUID:
    """A wave in a draft, by email unless ``plan`` says otherwise."""
    with database.transaction(OWNER) as session:
        return plan_wave(session, OWNER, campaign_id=campaign_id, plan=plan or a_plan()).id


def submit(database: Database, campaign_id: UUID, actor: Actor = OWNER) -> None:
    """Hand the plan in."""
    with database.transaction(actor) as session:
        submit_plan(session, actor, campaign=take_campaign(session, actor, campaign_id))


def decide(database: Database, event: ApprovalDecided) -> None:
    """Let a decision arrive."""
    with database.transaction() as session:
        apply_decision(session, event)


def start(database: Database, campaign_id: UUID, actor: Actor = OWNER) -> None:
    """Start the campaign."""
    with database.transaction(actor) as session:
        start_campaign(session, actor, campaign=take_campaign(session, actor, campaign_id))


def resolve(database: Database, *pages: ResolutionContacts) -> None:
    """Let pages of contacts arrive, each in a transaction of its own."""
    for page in pages:
        with database.transaction() as session:
            snapshot_page(session, page)


def a_submitted_campaign(database: Database, **changes: Any) -> UUID:
    """A campaign in review with one wave."""
    return scene(database, _submitted, **changes)


def _submitted(database: Database, **changes: Any) -> UUID:
    campaign_id = a_draft(database, **changes)
    a_planned_wave(database, campaign_id)
    submit(database, campaign_id)
    return campaign_id


def an_approved_campaign(database: Database, **changes: Any) -> UUID:
    """A campaign that may be started."""
    return scene(database, _approved, **changes)


def _approved(database: Database, **changes: Any) -> UUID:
    campaign_id = _submitted(database, **changes)
    decide(database, a_decision(campaign_of(database, campaign_id)))
    return campaign_id


def a_starting_campaign(database: Database, **changes: Any) -> UUID:
    """A campaign that waits for its contacts."""
    return scene(database, _starting, **changes)


def _starting(database: Database, **changes: Any) -> UUID:
    campaign_id = _approved(database, **changes)
    start(database, campaign_id)
    return campaign_id


def a_running_campaign(database: Database, *, contacts: Sequence[UUID], **changes: Any) -> UUID:
    """A launched campaign with these contacts on its list."""
    if not contacts:
        return scene(database, _running_for_nobody, **changes)
    campaign_id = a_starting_campaign(database, **changes)
    resolve(database, *pages_of(campaign_of(database, campaign_id), contacts))
    return campaign_id


def _running_for_nobody(database: Database, **changes: Any) -> UUID:
    campaign_id = _starting(database, **changes)
    resolve(database, *pages_of(campaign_of(database, campaign_id), []))
    return campaign_id


def release(database: Database, wave: Wave, actor: Actor = OWNER) -> Wave:
    """Let the wave out."""
    with database.transaction(actor) as session:
        return release_wave(session, actor, campaign_id=wave.campaign_id, wave_id=wave.id)


def sources_of(database: Database, campaign_id: UUID) -> list[AudienceSource]:
    """What the audience of the campaign is made of, in order."""
    with database.reading() as session:
        return list(audience_of(session, campaign_id))


def exclusions_of(database: Database, campaign_id: UUID) -> dict[UUID, str]:
    """Why contacts were left out, by contact."""
    with database.reading() as session:
        found = session.scalars(select(Exclusion).where(Exclusion.campaign_id == campaign_id))
        return {one.contact_id: one.reason for one in found}


def recipients_of(database: Database, wave_id: UUID) -> dict[UUID, WaveRecipient]:
    """Whom a wave picked, by contact."""
    with database.reading() as session:
        found = session.scalars(select(WaveRecipient).where(WaveRecipient.wave_id == wave_id))
        return {one.contact_id: one for one in found}


def hear(database: Database, *news: Callable[[Session], object]) -> None:
    """Let news arrive, each in a transaction of its own."""
    for one in news:
        with database.transaction() as session:
            one(session)


def approve(database: Database, campaign_id: UUID) -> None:
    """Submit the plan, and have it approved."""
    submit(database, campaign_id)
    decide(database, a_decision(campaign_of(database, campaign_id)))


def launch(database: Database, campaign_id: UUID, contacts: Sequence[UUID]) -> None:
    """Approve and start a draft, with these contacts in its segment."""
    approve(database, campaign_id)
    start(database, campaign_id)
    resolve(database, *pages_of(campaign_of(database, campaign_id), contacts))


def campaign_of(database: Database, campaign_id: UUID) -> Campaign:
    """The campaign as it is stored."""
    with database.reading() as session:
        return session.get_one(Campaign, campaign_id)


def wave_of(database: Database, campaign_id: UUID) -> Wave:
    """The only wave of the campaign."""
    with database.reading() as session:
        return session.scalars(select(Wave).where(Wave.campaign_id == campaign_id)).one()


def targets_of(database: Database, campaign_id: UUID) -> dict[UUID, Target]:
    """The targets of the campaign by their contact."""
    with database.reading() as session:
        found = session.scalars(select(Target).where(Target.campaign_id == campaign_id))
        return {target.contact_id: target for target in found}


def published(database: Database, wire_type: str) -> list[dict[str, Any]]:
    """The bodies of the events of one type that wait in the outbox, oldest first."""
    wanted = select(outbox.c.data).where(outbox.c.type == wire_type).order_by(outbox.c.id)
    with database.reading() as session:
        return [msgspec.json.decode(data) for data in session.scalars(wanted)]


def a_decision(campaign: Campaign, **changes: Any) -> ApprovalDecided:
    """An approval of exactly the plan that was submitted last, apart from what ``changes`` say."""
    plain: dict[str, Any] = {
        "approval_id": new_id(),
        "kind": "plan",
        "subject_id": campaign.id,
        "subject_version": campaign.plan_version,
        "subject_hash": campaign.plan_hash,
        "outcome": "approved",
        "decided_by": "fay",
        "decided_at": T0,
    }
    return ApprovalDecided(**{**plain, **changes})


def pages_of(campaign: Campaign, contacts: Sequence[UUID], *, size: int = 500) -> list[ResolutionContacts]:
    """The resolution that the campaign waits for, as pages of ``size``; the last one says so."""
    assert campaign.resolution_id and campaign.segment_id
    keys = (campaign.resolution_id, campaign.segment_id)
    return _pages(campaign.id, keys, contacts, size=size)


def pages_for(
    source: AudienceSource, contacts: Sequence[UUID], *, size: int = 500, unmatched: Sequence[int] = ()
) -> list[ResolutionContacts]:
    """The resolution that a source waits for; its last page tells of the lines that are nobody's."""
    assert source.resolution_id
    *pages, last = _pages(
        source.campaign_id, (source.resolution_id, source.segment_id or source.id), contacts, size=size
    )
    return [*pages, msgspec.structs.replace(last, unmatched=list(unmatched))]


def _pages(
    campaign_id: UUID, keys: tuple[UUID, UUID], contacts: Sequence[UUID], *, size: int
) -> list[ResolutionContacts]:
    chunks = [contacts[at : at + size] for at in range(0, len(contacts), size)] or [[]]
    return [
        ResolutionContacts(
            resolution_id=keys[0],
            segment_id=keys[1],
            campaign_id=campaign_id,
            page=number,
            last=number == len(chunks),
            contacts=[ResolvedContact(contact_id=contact_id, region="north") for contact_id in chunk],
        )
        for number, chunk in enumerate(chunks, start=1)
    ]


def a_failed_resolution(campaign: Campaign, reason: str) -> ResolutionFailed:
    """The news that the segment of a starting campaign could not be resolved."""
    assert campaign.resolution_id and campaign.segment_id
    return ResolutionFailed(
        resolution_id=campaign.resolution_id,
        segment_id=campaign.segment_id,
        campaign_id=campaign.id,
        reason=reason,
    )


def an_answer(wave: Wave, target: Target, **changes: Any) -> AnswerReceived:
    """A click of a target on a link in a wave, apart from what ``changes`` say."""
    plain: dict[str, Any] = {
        "answer_id": new_id(),
        "campaign_id": target.campaign_id,
        "wave_id": wave.id,
        "mailing_id": new_id(),
        "target_id": target.id,
        "contact_id": target.contact_id,
        "kind": "click",
        "url": "https://example.com/seminar",
        "received_at": minutes(30),
    }
    return AnswerReceived(**{**plain, **changes})


def outcomes(
    wave: Wave,
    targets: Iterable[Target],
    *,
    outcome: Literal["accepted", "failed", "suppressed", "uncertain"] = "accepted",
    at: datetime = T0,
) -> MailingOutcomes:
    """A page of deliveries that all ended alike."""
    ended = [
        Outcome(target_id=target.id, contact_id=target.contact_id, outcome=outcome, at=at)
        for target in targets
    ]
    return MailingOutcomes(mailing_id=new_id(), wave_id=wave.id, campaign_id=wave.campaign_id, outcomes=ended)


def a_feedback(
    wave: Wave,
    *targets: Target,
    kind: Literal["delivered", "bounced_hard", "bounced_soft", "complained", "returned"],
    at: datetime = T0,
) -> MailingFeedback:
    """A page of what was heard of copies after they had gone."""
    heard = [
        Feedback(target_id=target.id, contact_id=target.contact_id, kind=kind, reason="5.1.1", at=at)
        for target in targets
    ]
    return MailingFeedback(mailing_id=new_id(), wave_id=wave.id, campaign_id=wave.campaign_id, feedback=heard)


def a_suppression(target: Target, **changes: Any) -> SuppressionAdded:
    """The unsubscription of a target, apart from what ``changes`` say."""
    plain: dict[str, Any] = {
        "suppression_id": new_id(),
        "contact_id": target.contact_id,
        "channel": "email",
        "reason": "unsubscribed",
        "campaign_id": target.campaign_id,
        "target_id": target.id,
        "added_at": minutes(40),
    }
    return SuppressionAdded(**{**plain, **changes})


def a_captured_lead(campaign_id: UUID | None, contact_id: UUID) -> LeadCaptured:
    """A lead that grew from a contact of a campaign."""
    return LeadCaptured(
        lead_id=new_id(),
        contact_id=contact_id,
        campaign_id=campaign_id,
        department="north",
        source="campaign",
        captured_at=minutes(50),
    )
