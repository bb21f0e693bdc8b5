"""Deliveries as a file for a spreadsheet."""

import csv
import io
from uuid import UUID

import pytest

from services.outreach.mailings import leases
from services.outreach.mailings.export import harmless
from services.outreach.mailings.ledger import Ending
from services.outreach.mailings.outcomes import record
from tests.services.outreach.builders import ANNA, OTTO, STRANGER, a_card, a_mailing, deliveries_of
from tests.services.outreach.conftest import Served


@pytest.mark.parametrize("cell", ["=1+1", "+49", "-1", "@SUM", "\t=1", "\r=1"])
def test_a_cell_that_would_run_is_only_shown(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"


def test_other_cells_stay_as_they_are() -> None:
    assert [harmless(cell) for cell in ("Lin", "a=b", "", None, 3)] == ["Lin", "a=b", "", "", "3"]


def test_the_uncertain_ones_are_downloaded_with_whom_they_are_for(served: Served) -> None:
    cards = [a_card(company='=HYPERLINK("http://bad.example")'), a_card()]
    mailing_id = a_mailing(served.database, cards)
    lost = deliveries_of(served.database, mailing_id)[cards[0].contact_id].id
    end_uncertain(served, mailing_id, lost)
    path = f"/mailings/{mailing_id}/deliveries.csv?state=uncertain"
    answer = served.client.get(path, as_=OTTO)
    assert answer.headers["Content-Type"].startswith("text/csv")
    (row,) = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert (row["id"], row["email"], row["reason"]) == (str(lost), cards[0].email, "no_answer")
    assert row["company"] == '\'=HYPERLINK("http://bad.example")'


def test_addresses_are_for_those_who_work_with_them(served: Served) -> None:
    path = f"/mailings/{a_mailing(served.database, [a_card()])}/deliveries.csv"
    assert served.client.get(path, as_=ANNA).status_code == 403
    assert served.client.get(path, as_=STRANGER).status_code == 404


def end_uncertain(served: Served, mailing_id: UUID, delivery_id: UUID) -> None:
    with served.database.transaction() as session:
        lease = leases.take(session, mailing_id, size=10, seconds=60)
    assert lease is not None
    with served.database.transaction() as session:
        record(session, mailing_id, [Ending(delivery_id, "uncertain", "no_answer")], lease=lease)
