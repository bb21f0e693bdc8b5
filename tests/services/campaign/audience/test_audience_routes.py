"""An audience over HTTP: put together, refused by field, and shown with who was left out."""

from typing import Any

import pytest

from chassis.ids import new_id
from tests.services.campaign.builders import (
    OWNER,
    a_draft,
    a_planned_wave,
    approve,
    pages_for,
    resolve,
    sources_of,
    start,
)
from tests.services.campaign.conftest import Served


def fields_of(problem: dict[str, Any]) -> set[str]:
    return {one["field"] for one in problem["errors"]}


def test_an_audience_is_put_together_and_shown_with_its_exclusions(served: Served) -> None:
    campaign_id = a_draft(served.database)
    a_planned_wave(served.database, campaign_id)
    path = f"/campaigns/{campaign_id}/audience"
    body = {"segments": [{"segment_id": str(new_id())}], "without": {"contacted_within_days": 30}}
    assert served.client.put(path, as_=OWNER, json=body).status_code == 428
    set_ = served.client.put(path, as_=OWNER, json=body, headers={"If-Match": '"2"'})
    assert set_.status_code == 200, set_.text
    file = served.client.post(
        f"{path}/files?role=exclude&filename=rivals.csv", as_=OWNER, data=b"email\nno@example.com\nnobody\n"
    )
    assert (file.status_code, file.json()["entries"], file.json()["rejected"]) == (201, 1, 1)
    stays, goes = new_id(), new_id()
    picked = {"role": "include", "contacts": [str(stays), str(goes)]}
    assert served.client.post(f"{path}/contacts", as_=OWNER, json=picked).json()["entries"] == 2

    approve(served.database, campaign_id)
    start(served.database, campaign_id)
    for source in sources_of(served.database, campaign_id):
        if source.resolution_id:
            contacts = {"picked": [stays, goes], "file": [goes]}.get(source.kind, [])
            resolve(served.database, *pages_for(source, contacts))
    shown = served.client.get(path, as_=OWNER).json()
    assert (shown["targets"], shown["excluded"]) == (1, {"file": 1})
    assert [one["kind"] for one in shown["sources"]] == ["segment", "segment", "recent", "file", "picked"]
    (left_out,) = served.client.get(f"/campaigns/{campaign_id}/exclusions?reason=file", as_=OWNER).json()[
        "items"
    ]
    assert (left_out["contact_id"], left_out["reason"]) == (str(goes), "file")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"segments": [{"segment_id": "x"}]}, "segments.0.segment_id"),
        ({"segments": [{"segment_id": str(new_id()), "product": "none"}]}, "segments.0.product"),
        ({"without": {"contacted_within_days": 0}}, "without.contacted_within_days"),
        ({"without": {"campaigns": [str(new_id())]}}, "without.campaigns.0"),
        ({"exclude": {}}, "exclude"),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_field(
    served: Served, body: dict[str, Any], field: str
) -> None:
    path = f"/campaigns/{a_draft(served.database)}/audience"
    refused = served.client.put(path, as_=OWNER, json=body, headers={"If-Match": "*"})
    assert (refused.status_code, fields_of(refused.json())) == (422, {field})


def test_a_file_beyond_the_limit_is_refused(served: Served) -> None:
    path = f"/campaigns/{a_draft(served.database)}/audience/files?role=include&filename=big.csv"
    body = b"email\n" + b"ann@example.com\n" * 600_000
    assert served.client.post(path, as_=OWNER, data=body).status_code == 413


def test_a_source_is_taken_out_again(served: Served) -> None:
    path = f"/campaigns/{a_draft(served.database)}/audience"
    picked = {"role": "include", "contacts": [str(new_id())]}
    source_id = served.client.post(f"{path}/contacts", as_=OWNER, json=picked).json()["id"]
    assert served.client.delete(f"{path}/sources/{source_id}", as_=OWNER).status_code == 204
    assert served.client.get(path, as_=OWNER).json()["sources"] == []
