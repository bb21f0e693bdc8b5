"""Mailings over HTTP."""

from chassis.ids import new_id
from tests.services.outreach.builders import ANNA, a_card, a_mailing, mailing_of
from tests.services.outreach.conftest import Served


def test_a_mailing_is_found_by_its_campaign(served: Served) -> None:
    mailing_id = a_mailing(served.database, [a_card()])
    a_mailing(served.database, [a_card()])
    campaign_id = mailing_of(served.database, mailing_id).campaign_id
    page = served.client.get(f"/mailings?campaign_id={campaign_id}", as_=ANNA).json()
    assert [item["id"] for item in page["items"]] == [str(mailing_id)]
    assert served.client.get(f"/mailings?campaign_id={new_id()}", as_=ANNA).json()["items"] == []


def test_a_mailing_shows_how_its_deliveries_stand(served: Served) -> None:
    mailing_id = a_mailing(served.database, [a_card(), a_card()])
    shown = served.client.get(f"/mailings/{mailing_id}", as_=ANNA)
    assert shown.json()["state"] == "sending"
    assert shown.json()["counts"] == {
        "queued": 2,
        "leased": 0,
        "accepted": 0,
        "failed": 0,
        "suppressed": 0,
        "uncertain": 0,
    }
    assert shown.json()["started_at"] is not None
    assert shown.json()["finished_at"] is None


def test_deliveries_are_listed_in_pages_and_by_state(served: Served) -> None:
    cards = [a_card() for _ in range(3)]
    path = f"/mailings/{a_mailing(served.database, cards)}/deliveries"
    first = served.client.get(f"{path}?state=queued&limit=2", as_=ANNA).json()
    rest = served.client.get(f"{path}?state=queued&limit=2&cursor={first['next']}", as_=ANNA).json()
    listed = [item["contact_id"] for item in first["items"] + rest["items"]]
    assert sorted(listed) == sorted(str(card.contact_id) for card in cards)
    assert served.client.get(f"{path}?state=accepted", as_=ANNA).json()["items"] == []


def test_a_state_that_does_not_exist_is_refused(served: Served) -> None:
    path = f"/mailings/{a_mailing(served.database, [a_card()])}/deliveries?state=lost"
    answer = served.client.get(path, as_=ANNA)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "state")
