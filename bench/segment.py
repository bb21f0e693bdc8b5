"""``segment``: a rule of three tests streamed as pages to a campaign, against COPY of the same rows.

The department has 1,000,000 contacts (FANFARE_BENCH_CONTACTS). 22.5 % pass: two regions of four, one language
of two, and all but every tenth have agreed to mails. The resolver works as in its worker: the events, the
checkpoint and the outbox are committed durably. The bare side copies id and region of each who passes, in the
order of ids, to a client that throws it away. They take turns; the medians count.
"""

import os
import statistics
import time
from contextlib import closing
from typing import Any
from uuid import UUID

import psycopg2
from sqlalchemy import select, text
from sqlalchemy.orm import class_mapper

from bench.result import Result
from chassis.auth import Actor
from chassis.clock import now
from chassis.database import Database
from chassis.ids import new_id
from chassis.migrate import upgrade
from fanfare.local.postgres import PostgresServer
from services.lead.customers.actions import add_contact
from services.lead.customers.model import Contact, present
from services.lead.segments.model import Resolution
from services.lead.segments.resolver import Resolver
from services.lead.segments.rules import condition
from services.lead.settings import LeadSettings

CONTACTS = int(os.environ.get("FANFARE_BENCH_CONTACTS", "1000000"))
ROUNDS = 3
REACH = 0.3
ROOT = Actor.system("bench")
RULE: dict[str, Any] = {
    "all": [
        {"field": "region", "op": "in", "value": ["north", "south"]},
        {"field": "language", "op": "eq", "value": "en"},
        {"field": "consent.email", "op": "eq", "value": True},
    ]
}
_GIVEN = {
    "id": "('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid",
    "email": "'person' || n || '@example.com'",
    "match_key": "'email:person' || n || '@example.com'",
    "name_key": "'key' || n",
    "family_name": "'Person ' || n",
    "region": "(ARRAY['north', 'south', 'east', 'west'])[1 + n % 4]",
    "language": "(ARRAY['en', 'de'])[1 + n / 4 % 2]",
}


def run(*, contacts: int = CONTACTS, rounds: int = ROUNDS) -> list[Result]:
    """Fill the department, then let both sides take turns."""
    with PostgresServer(durable=True) as postgres:
        url = postgres.create_service_database("lead")
        upgrade("lead", url)
        with closing(Database(url, service="lead")) as database:
            _fill(database, contacts)
            ours, bare, found = [], [], 0
            for number in range(rounds):
                copied, seconds = _copied(database)
                bare.append(copied / seconds)
                found, seconds = _streamed(database)
                assert found == copied, (found, copied)
                ours.append(found / seconds)
                print(f"round {number + 1}: COPY {bare[-1]:.0f}/s, pages {ours[-1]:.0f}/s", flush=True)
    notes = f"{found} of {contacts} contacts pass"
    return [Result("segment", statistics.median(ours), "contacts/s", statistics.median(bare), REACH, notes)]


def _fill(database: Database, contacts: int) -> None:
    """Copies of one contact, who differ in what the rule asks for and in what must be unique."""
    with database.transaction(ROOT) as session:
        basics: dict[str, Any] = {"department": "north", "given_name": "Ann", "email": "ann@example.org"}
        template = add_contact(session, ROOT, phone_region="US", **basics).id
    columns = [column.name for column in class_mapper(Contact).local_table.columns]
    values = ", ".join(_GIVEN.get(name, name) for name in columns)
    with database.transaction(ROOT) as session:
        session.execute(
            text(f"""INSERT INTO contacts ({", ".join(columns)}) SELECT {values}
                FROM contacts, generate_series(1, :many) n WHERE contacts.id = :template"""),
            {"many": contacts, "template": template},
        )
        session.execute(
            text("""INSERT INTO consents (contact_id, channel, granted, source, changed_at)
                SELECT id, 'email', right(email, 13) <> '9@example.com', 'bench', now() FROM contacts
                WHERE id <> :template"""),
            {"template": template},
        )
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE contacts, consents"))


def _copied(database: Database) -> tuple[int, float]:
    """Rows, and seconds that COPY takes for them."""
    held = (Contact.department == "north", present(), condition(RULE))
    asked = select(Contact.id, Contact.region).where(*held).order_by(Contact.id)
    sql = asked.compile(dialect=database.engine.dialect, compile_kwargs={"literal_binds": True})
    place = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with (
        closing(psycopg2.connect(place)) as connection,
        connection.cursor() as cursor,
        open(os.devnull, "w") as sink,
    ):
        began = time.perf_counter()
        cursor.copy_expert(f"COPY ({sql}) TO STDOUT", sink)
        return cursor.rowcount, time.perf_counter() - began


def _streamed(database: Database) -> tuple[int, float]:
    """Contacts, and seconds that the resolver takes for them."""
    resolution_id: UUID = new_id()
    with database.transaction(ROOT) as session:
        begun = {"segment_id": new_id(), "campaign_id": new_id(), "ceiling": new_id(), "created_at": now()}
        session.add(Resolution(id=resolution_id, department="north", rule=RULE, **begun))
    resolver = Resolver(LeadSettings(service="lead"), database)
    began = time.perf_counter()
    while resolver.step():
        pass
    seconds = time.perf_counter() - began
    with database.reading() as session:
        resolution = session.get_one(Resolution, resolution_id)
    assert resolution.state == "finished", resolution.reason
    return resolution.contacts, seconds
