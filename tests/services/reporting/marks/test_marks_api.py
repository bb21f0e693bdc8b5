"""Marks over HTTP: everybody sees the own ones."""

from chassis.ids import new_id
from contracts.roles import ANALYST
from fanfare.local.process import wait_until
from tests.harness.people import person
from tests.services.reporting.people import ANNA, FEED, REP, ROOT, SAM
from tests.services.reporting.running import Reporting


def test_a_mark_comes_to_stand_behind_what_was_archived(reporting_on_sqlite: Reporting) -> None:
    client = reporting_on_sqlite.client
    set_ = client.post("/feed-marks", as_=ANNA)
    assert (set_.status_code, set_.json()["position"]) == (201, None)
    path = f"/feed-marks/{set_.json()['id']}"

    def position() -> int:
        return client.get(path, as_=ANNA).json()["position"] or 0

    assert wait_until(lambda: position() > 16, seconds=10)
    [mark] = client.get("/events?type=feedmark.*", as_=FEED).json()
    assert (mark["type"], mark["subject"]) == ("feedmark.set.v1", f"feedmark/{set_.json()['id']}")
    assert client.get(path, as_=ROOT).json()["held"] == 0


def test_marks_are_for_readers_of_the_feed_and_each_has_the_own(reporting_on_sqlite: Reporting) -> None:
    client = reporting_on_sqlite.client
    path = f"/feed-marks/{client.post('/feed-marks', as_=ANNA).json()['id']}"
    for other in (SAM, FEED, person("kim", ANALYST)):
        assert client.get(path, as_=other).status_code == 404
    assert client.get(f"/feed-marks/{new_id()}", as_=ROOT).status_code == 404
    assert client.get(path, as_=REP).status_code == 403
    assert client.post("/feed-marks", as_=REP).status_code == 403
