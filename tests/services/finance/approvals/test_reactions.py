"""A submitted plan on its way over the wire."""

import time
from datetime import date
from decimal import Decimal
from uuid import UUID

from chassis.clock import now
from chassis.config import Settings
from chassis.database import Database
from chassis.ids import new_id
from chassis.outbox import publish
from chassis.relay import Relay
from contracts.campaign import CampaignCancelled, CampaignSubmitted, PlannedPurchase, PlannedTask
from services.finance.approvals.reactions import subject_of
from services.finance.budgets.model import Budget
from tests.harness.databases import DatabaseFactory
from tests.services.finance.builders import FAY, plan
from tests.services.finance.office import Office

SECONDS = 10


def hand_in(campaigns: Database, *events: CampaignSubmitted | CampaignCancelled) -> None:
    """Send events as the campaign service does; any aggregate row with the campaign's id will do."""
    rows: dict[UUID, Budget] = {}
    with campaigns.transaction() as session:
        for event in events:
            row = rows.setdefault(event.campaign_id, Budget(id=event.campaign_id))
            publish(session, row, event)
    Relay(campaigns, Settings(service="campaign"), stopping=lambda: True).run()


def titles(office: Office, *, at_least: int, **filters: str) -> list[str]:
    """What is on the desk, once there are ``at_least`` so many approvals."""
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        items = office.get("/approvals", FAY, **filters).json()["items"]
        if len(items) >= at_least:
            break
    return sorted(item["title"] for item in items)


def test_a_plan_that_was_submitted_elsewhere_reaches_the_desk(
    office: Office, fresh_database: DatabaseFactory
) -> None:
    hand_in(fresh_database("finance"), plan("100.00", name="Spring fair"), plan("20000.00", name="Expo"))
    assert titles(office, at_least=2) == ["Expo", "Spring fair"]


def test_the_plan_of_a_campaign_that_was_cancelled_elsewhere_leaves_the_desk(
    office: Office, fresh_database: DatabaseFactory
) -> None:
    event = plan("100.00", name="Given up")
    cancelled = CampaignCancelled(campaign_id=event.campaign_id, at=now(), by="mia")
    hand_in(fresh_database("finance"), event, cancelled, plan("100.00", name="Going on"))
    assert titles(office, at_least=1, state="voided") == ["Given up"]
    assert titles(office, at_least=1, state="open") == ["Going on"]


def test_a_plan_that_no_budget_could_open_from_does_not_hold_up_the_others(
    office: Office, fresh_database: DatabaseFactory
) -> None:
    broken = plan("100.00", name="Broken")
    broken = plan(name="Broken", budget=[*broken.budget, *broken.budget])
    hand_in(fresh_database("finance"), broken, plan("100.00", name="Sound"))
    assert titles(office, at_least=1) == ["Sound"]


def test_approvers_see_what_a_plan_buys_and_has_done_beside_its_lines() -> None:
    bare = plan("100.00")
    hall = PlannedPurchase(
        item_id=new_id(),
        line_id=bare.budget[0].line_id,
        kind="venue",
        description="Hall",
        quantity=Decimal(1),
        unit_price=Decimal(60),
        amount=Decimal("60.00"),
    )
    day = date(2026, 12, 1)
    task = PlannedTask(name="Book the hall", starts_on=day, ends_on=day, share=Decimal(0))
    full = plan("100.00", purchases=[hall], tasks=[task], reason="A dearer hall", ends_on=day)
    shown = subject_of(full).content
    assert (shown["purchases"][0]["amount"], shown["tasks"][0]["name"]) == ("60.00", "Book the hall")
    assert (shown["reason"], shown["ends_on"]) == ("A dearer hall", "2026-12-01")
    assert set(subject_of(bare).content) == {"code", "starts_on", "lines"}
