"""``poison``: more than one event in a hundred is undecodable, off its schema, or breaks its handler.

The bad ones are published into lead's exchange as if they were of contacts, so that outreach and
reporting get each of them. The one that breaks a handler keeps to its schema but holds a character
that PostgreSQL cannot store. Everyone else's events must go through as if nothing were there; each
bad one must be listed by ``fanfare dead list`` with its reason; and after its content was put right
in the store, as a fix would, ``fanfare dead replay`` must bring it through. (Handlers that end the
whole process have a test of their own in ``tests/chassis/test_reader.py``.)
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import kombu
from sqlalchemy import text

from bench.chaos.stage import Performance, Stage
from bench.chaos.verdict import Verdict, judge
from chassis.ids import new_id
from fanfare.demo.steps import STEPS
from fanfare.local.process import wait_until

KINDS = ("undecodable", "off_schema", "error")
"""Causes as the store names them."""

SHARE = 0.01
FEWEST_OF_A_KIND = 3
SECONDS = 60.0
READERS = {
    "undecodable": ("outreach", "reporting"),
    "off_schema": ("outreach", "reporting"),
    "error": ("outreach",),
}
"""Which services cannot take an event of a kind."""


@dataclass(frozen=True)
class Poison:
    """One bad event about a contact that nobody knows."""

    kind: str
    contact_id: UUID

    def headers(self) -> dict[str, str]:
        return {} if self.kind == "undecodable" else self.right_headers()

    def right_headers(self) -> dict[str, str]:
        return {
            "ce-specversion": "1.0",
            "ce-id": f"poison-{self.contact_id}",
            "ce-source": "/lead",
            "ce-type": "contact.saved.v1",
            "ce-subject": f"contact/{self.contact_id}",
            "ce-sequence": "1",
            "ce-time": datetime.now(UTC).isoformat(),
        }

    def body(self) -> bytes:
        if self.kind == "undecodable":
            return b"\xff not an event " + self.contact_id.bytes
        return self.right_body(
            version="many" if self.kind == "off_schema" else 1,
            given_name="A\0da" if self.kind == "error" else "Ada",
        )

    def right_body(self, **changes: Any) -> bytes:
        contact = {"contact_id": str(self.contact_id), "version": 1, "department": "north", "consents": []}
        return json.dumps({"contact": contact | changes}).encode()


def run(stage: Stage, *, short: bool) -> Verdict:
    """Mix the poison into the main flow; ``short`` mixes in no less, there is little of it anyway."""
    undisturbed = stage.undisturbed
    with stage.performance() as performance:
        doses = list(_doses(len(undisturbed.state)))
        performance.play(before=lambda step: _inject(performance, doses[STEPS.index(step) :: len(STEPS)]))
        expected = {(service, one) for one in doses for service in READERS[one.kind]}
        wait_until(lambda: len(_dead(performance)) >= len(expected), seconds=SECONDS, pause=0.3)
        notes = f"{len(doses)} bad events"
        strangers = [str(one.contact_id) for one in doses]
        verdict = judge("poison", performance, undisturbed, without=strangers, notes=notes)
        verdict.broken += _unlisted(performance, doses)
        verdict.broken += _unreplayable(performance, doses)
    return verdict


def _doses(rows: int) -> Iterator[Poison]:
    """One for every hundred rows that come about; rows are several times as many as events."""
    for _ in range(max(FEWEST_OF_A_KIND, round(rows * SHARE / len(KINDS)))):
        yield from (Poison(kind, new_id()) for kind in KINDS)


def _inject(performance: Performance, doses: list[Poison]) -> None:
    confirmed = {"confirm_publish": True}
    with kombu.Connection(performance.broker_url, transport_options=confirmed) as connection:
        channel = connection.channel()
        for one in doses:
            kombu.Producer(channel).publish(
                one.body(),
                exchange="lead.events",
                routing_key="contact.saved.v1",
                headers=one.headers(),
                content_type="application/json",
                content_encoding="binary" if one.kind == "undecodable" else "utf-8",
                delivery_mode=2,
            )


def _dead(performance: Performance) -> list[tuple[str, Any]]:
    """(service, row) of every dead event."""
    found: list[tuple[str, Any]] = []
    for service, engine in performance.databases.engines.items():
        with engine.connect() as connection:
            rows = connection.execute(text("SELECT * FROM held_events WHERE state = 'dead' ORDER BY id"))
            found += [(service, row) for row in rows]
    return found


def _poison_of(row: Any, doses: list[Poison]) -> Poison | None:
    content = bytes(row.body)
    return next(
        (one for one in doses if str(one.contact_id).encode() in content or one.contact_id.bytes in content),
        None,
    )


def _unlisted(performance: Performance, doses: list[Poison]) -> list[str]:
    """What ``fanfare dead list`` should show and does not."""
    listing = _fanfare(performance, "dead", "list").splitlines()
    shown = {tuple(line.split()[:2]): line for line in listing}
    missing = {(service, one) for one in doses for service in READERS[one.kind]}
    broken = []
    for service, row in _dead(performance):
        line = shown.get((service, str(row.id)), "")
        poison = _poison_of(row, doses)
        if poison is None:
            broken.append(f"{service} set aside what was no poison: {line}")
        elif poison.kind in line and row.error.splitlines()[0][:40] in line:
            missing.discard((service, poison))
    return broken + [f"{service} does not list one that is {one.kind}" for service, one in missing]


def _unreplayable(performance: Performance, doses: list[Poison]) -> list[str]:
    """Put every dead event right and replay it; what is still dead or did not arrive afterwards."""
    by_service: dict[str, list[str]] = {}
    for service, row in _dead(performance):
        poison = _poison_of(row, doses)
        if poison is not None:
            _put_right(performance, service, row, poison)
            by_service.setdefault(service, []).append(str(row.id))
    for service, ids in by_service.items():
        _fanfare(performance, "dead", "replay", service, *ids)
    wait_until(lambda: not _dead(performance) and _all_known(performance, doses), seconds=SECONDS, pause=0.3)
    still = [f"{service} {row.id} is still dead: {row.error}" for service, row in _dead(performance)]
    return still if _all_known(performance, doses) else [*still, "not every replayed event came through"]


def _put_right(performance: Performance, service: str, row: Any, poison: Poison) -> None:
    with performance.databases.engines[service].begin() as connection:
        connection.execute(
            text("UPDATE held_events SET headers = :headers, body = :body WHERE id = :id"),
            {"id": row.id, "headers": json.dumps(poison.right_headers()), "body": poison.right_body()},
        )


def _all_known(performance: Performance, doses: list[Poison]) -> bool:
    """Whether outreach knows every contact of the replayed events, and reporting has each event once."""
    archived = performance.databases.archived()
    with performance.databases.engines["outreach"].connect() as connection:
        known = {row.id for row in connection.execute(text("SELECT id FROM contact_points"))}
    return all(one.contact_id in known and archived[f"contact/{one.contact_id}", 1] == 1 for one in doses)


def _fanfare(performance: Performance, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "fanfare", *arguments],
        env=performance.stack.environment,
        cwd=performance.stack.folder,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout
