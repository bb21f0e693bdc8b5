"""Builders of what the lead service holds, and of the events that others send it."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from io import BytesIO
from typing import Any, TypeVar
from uuid import UUID

import msgspec
from sqlalchemy import insert, select

from chassis.auth import Actor
from chassis.database import Database
from chassis.ids import new_id
from chassis.outbox import outbox
from chassis.work import Worker
from contracts.campaign import CampaignResponded, CampaignStarted
from contracts.event import EVENTS, Event
from contracts.outreach import SuppressionAdded
from contracts.roles import LEAD_ADMINISTRATOR, SALES_REP
from services.lead.customers import actions as customers
from services.lead.customers.model import Contact
from services.lead.customers.reach import email_domain, match_key
from services.lead.imports.actions import upload_import
from services.lead.imports.importer import Importer
from services.lead.imports.model import Import, Rejection
from services.lead.leads import actions as leads
from services.lead.leads.model import Lead
from services.lead.leads.queries import history, take_lead
from services.lead.settings import LeadSettings
from tests.harness.people import person

MIA = person("mia", LEAD_ADMINISTRATOR)
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
SETTINGS = LeadSettings(service="lead", import_batch=100)

E = TypeVar("E", bound=Event)


def add_contact(database: Database, actor: Actor = MIA, **basics: Any) -> Contact:
    """A contact of the north, saved by hand."""
    basics = {"department": "north", "given_name": "Ann", **basics}
    with database.transaction(actor) as session:
        return customers.add_contact(session, actor, phone_region="US", **basics)


def add_contacts(database: Database, count: int, **basics: Any) -> list[UUID]:
    """Many contacts of the north at once, without events. Returns their ids in order."""
    rows = [_contact_row(number, basics) for number in range(count)]
    with database.transaction(MIA) as session:
        session.execute(insert(Contact), rows)
    return [row["id"] for row in rows]


def _contact_row(number: int, basics: dict[str, Any]) -> dict[str, Any]:
    names = ("given_name", "family_name", "company", "kind", "region", "language", "source", "owner")
    row: dict[str, Any] = {
        **dict.fromkeys(names, ""),
        "department": "north",
        "phone": None,
        "customer_id": None,
    }
    row |= {"id": new_id(), "version": 0, "revision": 1, "created_at": NOON, "changed_at": NOON}
    row |= {"email": f"person{number}@example.com", **basics}
    key = match_key(
        **{name: row[name] for name in ("email", "phone", "given_name", "family_name", "company")}
    )
    return {**row, "match_key": key, "email_domain": email_domain(row["email"])}


def upload(database: Database, content: str | bytes, **options: Any) -> UUID:
    """A file of the north that waits for the importer. Returns the id of the import."""
    raw = content if isinstance(content, bytes) else content.encode()
    options = {"filename": "people.csv", "department": "north", "phone_region": "US", **options}
    with database.transaction(MIA) as session:
        import_ = upload_import(session, MIA, file=BytesIO(raw), limit=2**30, **options)
        return import_.id


def record(database: Database, actor: Actor = MIA, **basics: Any) -> UUID:
    """A lead of the north, recorded by hand of a contact of its own unless one is named. Returns its id."""
    if "contact_id" not in basics:
        basics["contact_id"] = add_contact(database, email=f"{new_id()}@example.com").id
    with database.transaction(actor) as session:
        return leads.record_lead(session, actor, **basics).id


def assigned(database: Database, assignee: str, **basics: Any) -> UUID:
    """A lead that somebody has and has not accepted. Returns its id."""
    lead_id = record(database, **basics)
    act(database, leads.assign_lead, lead_id, assignee=assignee, why="by the test")
    return lead_id


def worked_on(database: Database, assignee: str, **basics: Any) -> UUID:
    """A lead that somebody works on. Returns its id."""
    lead_id = assigned(database, assignee, **basics)
    act(database, leads.accept_lead, lead_id, rep(assignee))
    act(database, leads.work_on, lead_id, rep(assignee))
    return lead_id


def act(
    database: Database, doing: Callable[..., Lead], lead_id: UUID, actor: Actor = MIA, **options: Any
) -> Lead:
    """Do something with a lead, in a transaction of its own."""
    with database.transaction(actor) as session:
        return doing(session, actor, lead=take_lead(session, actor, lead_id), **options)


def find_lead(database: Database, lead_id: UUID) -> Lead:
    with database.reading() as session:
        return session.get_one(Lead, lead_id)


def rep(subject: str, *departments: str) -> Actor:
    """Somebody who is a sales rep and nothing else."""
    return person(subject, SALES_REP, departments=departments or ("north",))


def timeline(database: Database, lead_id: UUID) -> list[tuple[str, str, str]]:
    """What happened to a lead as (kind, actor, note)."""
    with database.reading() as session:
        told = history(session, session.get_one(Lead, lead_id)).timeline
    return [(entry.kind, entry.actor, entry.note) for entry in told]


def imported(database: Database, content: str | bytes, **options: Any) -> Import:
    """The import of a file after the importer has done all its work."""
    import_id = upload(database, content, **options)
    exhaust(Importer(SETTINGS, database))
    return find_import(database, import_id)


def find_import(database: Database, import_id: UUID) -> Import:
    with database.reading() as session:
        return session.get_one(Import, import_id)


def rejections(database: Database, import_id: UUID) -> list[tuple[int, str]]:
    """The refused rows of an import as (line, reason)."""
    refused = select(Rejection.line, Rejection.reason).where(Rejection.import_id == import_id)
    with database.reading() as session:
        return [(row.line, row.reason) for row in session.execute(refused.order_by(Rejection.line))]


def contacts(database: Database) -> list[Contact]:
    """Every contact, by email address."""
    with database.reading() as session:
        return list(session.scalars(select(Contact).order_by(Contact.email, Contact.id)))


def exhaust(worker: Worker) -> None:
    """Let a worker do all there is to do."""
    while worker.step():
        pass


def events(database: Database, kind: type[E]) -> list[E]:
    """The events of one kind that were published, in order."""
    wire_types = [wire for wire, declaration in EVENTS.items() if declaration.body is kind]
    query = select(outbox.c.data).where(outbox.c.type.in_(wire_types)).order_by(outbox.c.id)
    with database.reading() as session:
        return [msgspec.json.decode(data, type=kind) for data in session.scalars(query)]


def sequences(database: Database) -> dict[str, list[int]]:
    """The sequence numbers of the published events by subject."""
    found: dict[str, list[int]] = {}
    with database.reading() as session:
        for subject, sequence in session.execute(
            select(outbox.c.subject, outbox.c.sequence).order_by(outbox.c.id)
        ):
            found.setdefault(subject, []).append(sequence)
    return found


def started(segment_id: UUID, **changes: Any) -> CampaignStarted:
    """A campaign of the north that asks for the contacts of a segment."""
    values: dict[str, Any] = {
        "campaign_id": new_id(),
        "code": "SPRING",
        "name": "Spring",
        "department": "north",
        "owner": "ann",
        "started_at": NOON,
        "segment_id": segment_id,
        "resolution_id": new_id(),
    }
    return CampaignStarted(**values | changes)


def responded(contact_id: UUID, campaign_id: UUID, **changes: Any) -> CampaignResponded:
    """An interested answer to a campaign of the north."""
    values: dict[str, Any] = {
        "campaign_id": campaign_id,
        "department": "north",
        "response_id": new_id(),
        "target_id": new_id(),
        "contact_id": contact_id,
        "kind": "click",
        "verdict": "interested",
        "responded_at": NOON,
    }
    return CampaignResponded(**values | changes)


def suppressed(contact_id: UUID, **changes: Any) -> SuppressionAdded:
    """An unsubscription from email."""
    values: dict[str, Any] = {
        "suppression_id": new_id(),
        "contact_id": contact_id,
        "channel": "email",
        "reason": "unsubscribed",
        "added_at": NOON,
    }
    return SuppressionAdded(**values | changes)


def csv_of(rows: Iterable[Iterable[str]]) -> str:
    """Plain CSV of rows without anything to quote."""
    return "".join(",".join(row) + "\n" for row in rows)
