"""The money of waves over HTTP."""

from collections.abc import Iterator

import pytest

from chassis.database import Database
from services.finance.service import FinanceService
from tests.harness.databases import DatabaseFactory
from tests.harness.people import person
from tests.harness.serving import Client, serve
from tests.services.finance.builders import CLARA, FAY, MIA
from tests.services.finance.funding.test_actions import Desk

FAR_CLERK = person("cloe", "finance_clerk", departments=("south",))


@pytest.fixture
def served(fresh_database: DatabaseFactory) -> Iterator[tuple[Client, Desk]]:
    url = fresh_database.url("finance")
    with serve(FinanceService, url) as client:
        yield client, Desk(Database(url, service="finance"))


def test_clerks_see_what_waves_got_and_stop_them(served: tuple[Client, Desk]) -> None:
    client, desk = served
    funding_id = desk.ask(1000)
    (listed,) = client.get(f"/fundings?wave_id={desk.wave_id}", as_=CLARA).json()["items"]
    shown = client.get(f"/fundings/{funding_id}", as_=FAY).json()
    assert listed == shown
    assert (shown["state"], shown["reserved"], shown["incurred"]) == ("granted", "34.50", "0.00")
    path = f"/budgets/{desk.budget.id}/suspension"
    stopped = client.post(path, json={"reason": "Prices are checked"}, as_=CLARA)
    assert (stopped.status_code, stopped.json()["suspension_reason"]) == (200, "Prices are checked")
    assert client.post(path, json={"reason": "once more"}, as_=FAY).status_code == 409
    assert client.delete(path, as_=FAY).json()["suspended_at"] is None
    assert client.delete(path, as_=FAY).status_code == 409
    assert client.post(path, json={"reason": " "}, as_=FAY).json()["errors"][0]["field"] == "reason"


def test_wrong_roles_and_departments_are_refused(served: tuple[Client, Desk]) -> None:
    client, desk = served
    funding_id = desk.ask(1000)
    path = f"/budgets/{desk.budget.id}/suspension"
    assert client.post(path, json={"reason": "no"}, as_=MIA).status_code == 403
    assert client.delete(path, as_=MIA).status_code == 403
    assert client.get("/fundings", as_=MIA).status_code == 403
    assert client.get(f"/fundings/{funding_id}", as_=MIA).status_code == 403
    assert client.post(path, json={"reason": "no"}, as_=FAR_CLERK).status_code == 404
    assert client.delete(path, as_=FAR_CLERK).status_code == 404
    assert client.get(f"/fundings/{funding_id}", as_=FAR_CLERK).status_code == 404
    assert client.get("/fundings", as_=FAR_CLERK).json()["items"] == []
