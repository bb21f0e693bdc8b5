"""Builders of what the lead service holds, and of the events that others send it."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any, TypeVar
from uuid import UUID

import msgspec
from sqlalchemy import insert, select

from chassis.auth import Actor
from chassis.clock import now
from chassis.database import Database
from chassis.ids import new_id
from chassis.outbox import outbox
from chassis.work import Worker
from contracts.campaign import CampaignResponded, CampaignStarted
from contracts.event import EVENTS, Event
from contracts.outreach import SuppressionAdded
from contracts.roles import ADMINISTRATOR, LEAD_ADMINISTRATOR, SALES_REP
from services.lead.assignment import actions as assignment
from services.lead.assignment.model import Rep, RuleSet
from services.lead.assignment.schemas import RuleBody
from services.lead.clocks.model import Clock
from services.lead.customers import actions as customers
from services.lead.customers.family import of_survivor
from services.lead.customers.model import Contact
from services.lead.customers.reach import email_domain, match_key
from services.lead.handover import actions as handover
from services.lead.handover.model import Proxy
from services.lead.holidays import actions as holidays
from services.lead.holidays.almanac import Whose
from services.lead.imports.actions import upload_import
from services.lead.imports.importer import Importer
from services.lead.imports.model import Import, Rejection
from services.lead.leads import actions as leads
from services.lead.leads.model import Lead
from services.lead.leads.queries import history, take_lead
from services.lead.pools import actions as pools
from services.lead.pools.model import LeadPool
from services.lead.requests import actions as requests
from services.lead.requests.model import PreSalesRequest
from services.lead.requests.queries import take_request
from services.lead.scoring import actions as scoring
from services.lead.service_levels import actions as service_levels
from services.lead.service_levels.model import Calendar
from services.lead.settings import LeadSettings
from services.lead.timeline.actions import take_response
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
    rows = [contact_row(number, basics) for number in range(count)]
    with database.transaction(MIA) as session:
        session.execute(insert(Contact), rows)
    return [row["id"] for row in rows]


def contact_row(number: int, basics: dict[str, Any]) -> dict[str, Any]:
    """The columns of a contact of the north that have no default."""
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


def add_rep(database: Database, subject: str, *, department: str = "north", **profile: Any) -> Rep:
    """A sales rep who takes leads, of the north unless told otherwise."""
    root = person("root", ADMINISTRATOR)
    with database.transaction(root) as session:
        return assignment.add_rep(
            session, root, subject=subject, name=subject.title(), department=department, **profile
        )


def a_rule(code: str, **values: Any) -> dict[str, Any]:
    """A rule as rule sets keep it; without a pool it chooses among everybody in turn."""
    body = {"code": code, "name": code.title(), **values}
    if "pool" not in values:
        body.setdefault("by", "round_robin")
    loaded: dict[str, Any] = RuleBody().load(body)
    return loaded


def publish_rules(database: Database, *rules: dict[str, Any], department: str = "north") -> RuleSet:
    """Rules in force in the north unless told otherwise."""
    root = person("root", ADMINISTRATOR)
    with database.transaction(root) as session:
        return assignment.publish_rules(session, root, department=department, rules=rules)


def open_pool(database: Database, code: str, **basics: Any) -> LeadPool:
    """A pool of the north that every rep of it may pick from, unless told otherwise."""
    basics = {"department": "north", "name": code.title(), "pickers": [], **basics}
    root = person("root", ADMINISTRATOR)
    with database.transaction(root) as session:
        return pools.open_pool(session, root, code=code, **basics)


def pooled(database: Database, pool: str, **basics: Any) -> UUID:
    """A lead that lies in a pool. Returns its id."""
    lead_id = record(database, **basics)
    act(database, leads.pool_lead, lead_id, pool=pool, why="by the test")
    return lead_id


def agree_proxy(database: Database, principal: str, deputy: str, **options: Any) -> Proxy:
    """Somebody of the north who stands in for another, from now for a week unless told otherwise."""
    root = person("root", ADMINISTRATOR)
    options = {"department": "north", "valid_until": now() + timedelta(days=7), **options}
    with database.transaction(root) as session:
        return handover.agree_proxy(session, root, principal=principal, deputy=deputy, **options)


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


def hear_response(database: Database, contact_id: UUID, **changes: Any) -> None:
    """An answer of the contact to a campaign, as it arrives."""
    event = responded(contact_id, changes.pop("campaign_id", None) or new_id(), **changes)
    with database.transaction(Actor.system("campaign")) as session:
        leads.take_answer(session, of_survivor(session, event))
        take_response(session, event)


OFFICE = [["09:00-12:30", "13:30-18:00"]] * 5 + [[], []]
ALL_DAY = [["00:00-24:00"]] * 7
STEPS = [
    {"percent": 50, "act": "remind"},
    {"percent": 100, "act": "escalate"},
    {"percent": 150, "act": "reassign"},
]


def add_calendar(database: Database, *, week: list[list[str]] = ALL_DAY, **basics: Any) -> UUID:
    """A calendar of the north, open all the time unless told otherwise. Returns its id."""
    basics = {"department": "north", "code": str(new_id()), "name": "Hours", "time_zone": "UTC", **basics}
    with database.transaction(MIA) as session:
        return service_levels.add_calendar(session, MIA, week=week, **basics).id


def fill_holidays(database: Database, calendar_id: UUID, whose: Whose, **options: Any) -> None:
    """Put the holidays of a country into a calendar, as Mia does."""
    with database.transaction(MIA) as session:
        calendar = session.get_one(Calendar, calendar_id)
        holidays.fill_calendar(session, MIA, calendar=calendar, whose=whose, **options)


def agree_level(
    database: Database, subject: Any = "lead", *, steps: list[dict[str, Any]] = STEPS, **minutes: int
) -> UUID:
    """A service level of the north for all kinds and grades, of minutes by clock. Returns its id."""
    targets = [{"clock": clock, "minutes": many, "steps": steps} for clock, many in minutes.items()]
    calendar_id = add_calendar(database)
    with database.transaction(MIA) as session:
        level = service_levels.agree_level(
            session, MIA, department="north", subject=subject, calendar_id=calendar_id, targets=targets
        )
        return level.id


def clocks_of(database: Database, subject_id: UUID) -> dict[str, Clock]:
    """The latest clock of each kind of a lead or request."""
    found = select(Clock).where(Clock.subject_id == subject_id).order_by(Clock.id)
    with database.reading() as session:
        return {clock.kind: clock for clock in session.scalars(found)}


def open_request(database: Database, actor: Actor = MIA, **basics: Any) -> UUID:
    """A request for a quotation of a contact of its own, unless one is named. Returns its id."""
    if not basics.keys() & {"contact_id", "lead_id"}:
        basics["contact_id"] = add_contact(database, email=f"{new_id()}@example.com").id
    basics = {"kind": "quotation", "title": "Two cranes", **basics}
    with database.transaction(actor) as session:
        return requests.open_request(session, actor, **basics).id


def on_request(
    database: Database,
    doing: Callable[..., PreSalesRequest],
    request_id: UUID,
    actor: Actor = MIA,
    **options: Any,
) -> PreSalesRequest:
    """Do something with a request, in a transaction of its own."""
    with database.transaction(actor) as session:
        return doing(session, actor, request=take_request(session, actor, request_id), **options)


def add_scoring(database: Database, *rules: dict[str, Any], **basics: Any) -> UUID:
    """A set of scoring rules of the north that is in force. Returns its id."""
    usual = {"per_touch": False, "most": None, "half_life_days": None}
    bands = [{"grade": grade, "points": points} for grade, points in (("A", "50"), ("B", "20"), ("C", "0"))]
    basics = {"department": "north", "name": "Rules", "bands": bands, **basics}
    with database.transaction(MIA) as session:
        made = scoring.add_scoring(session, MIA, rules=[{**usual, **rule} for rule in rules], **basics)
        return made.id
