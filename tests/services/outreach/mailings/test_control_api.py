"""Steering mailings over HTTP."""

from uuid import UUID

import pytest

from chassis.clock import now
from contracts.campaign import Schedule
from services.outreach.mailings import leases
from services.outreach.mailings.ledger import Ending
from services.outreach.mailings.outcomes import record
from tests.services.outreach.builders import (
    ANNA,
    MIA,
    OTTO,
    STRANGER,
    a_card,
    a_mailing,
    deliveries_of,
)
from tests.services.outreach.conftest import Served

ORDERS = [
    ("pause", {}),
    ("resume", {}),
    ("cancel", {}),
    ("variant", {"variant": "plain"}),
    ("resends", {"reason": "lost"}),
    ("test-sends", {"addresses": ["qa@fanfare.invalid"]}),
]


def test_a_mailing_is_paused_resumed_and_cancelled(served: Served) -> None:
    path = f"/mailings/{a_mailing(served.database, [a_card()])}"
    paused = served.client.post(f"{path}/pause", as_=OTTO, json={"reason": "wrong price"}).json()
    assert (paused["state"], paused["paused_by"], paused["pause_reason"]) == ("paused", "otto", "wrong price")
    resumed = served.client.post(f"{path}/resume", as_=OTTO).json()
    assert (resumed["state"], resumed["paused_by"]) == ("sending", None)
    cancelled = served.client.post(f"{path}/cancel", as_=MIA, json={"reason": "given up"}).json()
    assert (cancelled["state"], cancelled["cancelled_by"]) == ("cancelled", "mia")
    assert served.client.post(f"{path}/resume", as_=OTTO).status_code == 409


def test_only_a_manager_cancels_and_sends_again(served: Served) -> None:
    path = f"/mailings/{a_mailing(served.database, [a_card()])}"
    assert served.client.post(f"{path}/cancel", as_=OTTO, json={}).status_code == 403
    assert served.client.post(f"{path}/resends", as_=OTTO, json={"reason": "x"}).status_code == 403


@pytest.mark.parametrize(("order", "body"), ORDERS)
def test_nobody_steers_a_mailing_of_another_department(
    served: Served, order: str, body: dict[str, str]
) -> None:
    path = f"/mailings/{a_mailing(served.database, [a_card()])}/{order}"
    assert served.client.post(path, as_=STRANGER, json=body).status_code == 404
    assert served.client.post(path, as_=ANNA, json=body).status_code == 403


def test_sending_again_needs_a_reason(served: Served) -> None:
    mailing_id = a_mailing(served.database, [a_card(), a_card()])
    end_all(served, mailing_id, "uncertain")
    path = f"/mailings/{mailing_id}/resends"
    for body in ({}, {"reason": ""}):
        answer = served.client.post(path, as_=MIA, json=body)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "reason")
    again = served.client.post(path, as_=MIA, json={"reason": "the log says so"})
    assert again.status_code == 201
    assert (again.json()["recipients"], again.json()["resend_of"]) == (2, str(mailing_id))
    listed = served.client.get(f"/mailings?resend_of={mailing_id}", as_=ANNA).json()["items"]
    assert [one["id"] for one in listed] == [again.json()["id"]]


def test_a_mailing_shows_its_pace_and_why_people_got_nothing(served: Served) -> None:
    mailing_id = a_mailing(served.database, [a_card() for _ in range(4)])
    end_some(
        served, mailing_id, [("accepted", ""), ("suppressed", "no_consent"), ("suppressed", "no_consent")]
    )
    shown = served.client.get(f"/mailings/{mailing_id}", as_=ANNA).json()
    assert (shown["counts"]["accepted"], shown["counts"]["suppressed"]) == (1, 2)
    assert shown["counts"]["queued"] + shown["counts"]["leased"] == 1
    assert shown["rate"] > 0
    assert shown["estimated_end"] is not None
    reasons = served.client.get(f"/mailings/{mailing_id}/reasons", as_=ANNA).json()["items"]
    assert reasons == [{"state": "suppressed", "reason": "no_consent", "deliveries": 2}]
    path = f"/mailings/{mailing_id}/deliveries?state=suppressed&reason=no_consent"
    assert len(served.client.get(path, as_=ANNA).json()["items"]) == 2


def test_a_scheduled_mailing_says_when_it_begins(served: Served) -> None:
    begins = now().replace(microsecond=0, year=now().year + 1, day=1)
    mailing_id = a_mailing(served.database, [a_card()], schedule=Schedule(not_before=begins))
    shown = served.client.get(f"/mailings/{mailing_id}", as_=ANNA).json()
    assert shown["state"] == "scheduled"
    assert shown["starts_at"] == begins.isoformat()
    listed = served.client.get("/mailings?state=scheduled", as_=ANNA).json()["items"]
    assert [one["id"] for one in listed] == [str(mailing_id)]


def end_all(served: Served, mailing_id: UUID, outcome: str) -> None:
    number = len(deliveries_of(served.database, mailing_id))
    end_some(served, mailing_id, [(outcome, "")] * number)


def end_some(served: Served, mailing_id: UUID, ends: list[tuple[str, str]]) -> None:
    with served.database.transaction() as session:
        lease = leases.take(session, mailing_id, size=100, seconds=60)
    assert lease is not None
    ids = [one.id for one in deliveries_of(served.database, mailing_id).values()]
    endings = [Ending(one, outcome, reason) for one, (outcome, reason) in zip(ids, ends, strict=False)]  # type: ignore[arg-type]
    with served.database.transaction() as session:
        record(session, mailing_id, endings, lease=lease)
