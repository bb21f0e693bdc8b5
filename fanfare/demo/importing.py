"""Step one: a file of contacts goes in, as the CRM exported it."""

import csv
import io
import json
from typing import Any

from fanfare.demo.api import Record
from fanfare.demo.people import ASSISTANT
from fanfare.demo.world import Unplayable, World

SHOWN_ROWS = 12
ASSUMED = "assumed for this demonstration, whose mails go no further than this machine"


def import_contacts(world: World) -> None:
    """Theo Brandt (marketing staff) imports the contacts"""
    parameters: dict[str, Any] = {"filename": world.contacts.name, "department": world.department}
    if world.own_contacts:
        parameters |= {"consent": "email", "wording": ASSUMED}
    if world.country:
        parameters["phone_region"] = world.country
    world.say(f"file: {world.contacts} ({world.contacts.stat().st_size:,} bytes)")
    uploaded = world.api.post(
        ASSISTANT,
        "lead",
        "/imports",
        params=parameters,
        data=world.contacts.read_bytes(),
        headers={"Content-Type": "text/csv"},
    )
    world.import_id = uploaded["id"]
    done = world.wait("the end of the import", lambda: _ended(world), seen=lambda: _import(world))
    if done["state"] == "failed":
        raise Unplayable(f"{world.contacts} cannot be imported: {done['reason']}")
    world.say("columns, as guessed (others are left out):")
    for column, field in done["mapping"].items():
        world.say(f"  {json.dumps(column, ensure_ascii=False)} → {field}")
    world.say(
        f"{done['rows']:,} rows: {done['created']:,} created, {done['updated']:,} updated "
        f"(the same person again), {done['rejected']:,} rejected"
    )
    if done["rejected"]:
        _show_rejected(world)


def _import(world: World) -> Record:
    shown: Record = world.api.get(ASSISTANT, "lead", f"/imports/{world.import_id}")
    return shown


def _ended(world: World) -> Record | None:
    now = _import(world)
    world.progress(f"{now['rows']:,} rows read")
    return now if now["state"] in ("finished", "failed") else None


def _show_rejected(world: World) -> None:
    path = f"/imports/{world.import_id}/errors"
    text = world.api.call("GET", ASSISTANT, "lead", path).content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    for row in rows[:SHOWN_ROWS]:
        world.say(f"  line {row['line']}: {row['reason']}")
    if len(rows) > SHOWN_ROWS:
        world.say(f"  and {len(rows) - SHOWN_ROWS:,} more, in the error file of the import")
