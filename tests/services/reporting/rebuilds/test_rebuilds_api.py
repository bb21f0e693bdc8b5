"""Projections and rebuilds over HTTP, for analysts to see and administrators to start."""

import pytest

from chassis.ids import new_id
from tests.services.reporting.people import ANNA, FEED, REP, ROOT
from tests.services.reporting.running import Reporting

ROUTES = (("GET", "/projections"), ("GET", "/rebuilds"), ("GET", f"/rebuilds/{new_id()}"))
WRITES = (("POST", "/rebuilds"), ("POST", f"/rebuilds/{new_id()}/stop"))


def test_a_rebuild_is_started_shown_and_stopped(reporting_on_sqlite: Reporting) -> None:
    client = reporting_on_sqlite.client
    started = client.post("/rebuilds", as_=ROOT, json={"projections": ["leads"]})
    assert started.status_code == 201
    assert (started.json()["state"], started.json()["projections"]) == ("running", {"leads": 1})
    shown = client.get("/projections", as_=ANNA).json()
    states = {one["name"]: one["state"] for one in shown["projections"]}
    assert (states["leads"], states["targets"], shown["last_position"]) == ("rebuilding", "current", 16)
    assert client.post("/rebuilds", as_=ROOT, json={"projections": ["all"]}).status_code == 409
    path = f"/rebuilds/{started.json()['id']}"
    assert client.post(f"{path}/stop", as_=ROOT).json()["state"] == "stopped"
    assert client.get(path, as_=ANNA).json()["state"] == "stopped"
    assert [one["id"] for one in client.get("/rebuilds", as_=ANNA).json()["items"]] == [started.json()["id"]]
    refused = client.post("/rebuilds", as_=ROOT, json={"projections": ["applause"]})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "projections")
    for method, route in (*ROUTES, *WRITES):
        for actor in (REP, FEED, *((ANNA,) if (method, route) in WRITES else ())):
            answer = client.call(method, route, as_=actor, json={"projections": ["all"]})
            assert answer.status_code == 403, (method, route)


@pytest.mark.parametrize(("method", "route"), [("GET", ROUTES[2][1]), WRITES[1]])
def test_a_rebuild_that_is_not_there_is_not_found(
    reporting_on_sqlite: Reporting, method: str, route: str
) -> None:
    assert reporting_on_sqlite.client.call(method, route, as_=ROOT).status_code == 404
