"""People see what came in by mail, and sort what could not be sorted."""

from typing import Any

import pytest
from sqlalchemy import select

from chassis.ids import new_id
from services.outreach.links.model import Answer
from services.outreach.suppressions.model import Suppression
from tests.harness.people import person
from tests.services.outreach.builders import MIA, STRANGER
from tests.services.outreach.conftest import Served
from tests.services.outreach.hearing.mails import a_bounce, a_letter
from tests.services.outreach.hearing.postbox import Postbox

ADA = person("ada", "administrator")
ZORP = a_letter("Zorp.", From="postmaster@example.net", Subject="Zorp")


@pytest.fixture
def postbox(served: Served) -> Postbox:
    return Postbox(served.database)


def listed(served: Served, query: str = "", *, as_: Any = MIA) -> list[dict[str, Any]]:
    answer = served.client.get(f"/inbound-mails{query}", as_=as_)
    assert answer.status_code == 200
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def sort(served: Served, mail_id: object, *, as_: Any = ADA, **body: Any) -> Any:
    return served.client.post(f"/inbound-mails/{mail_id}/sorting", as_=as_, json=body)


def test_mails_are_listed_by_what_became_of_them(served: Served, postbox: Postbox) -> None:
    postbox.get(a_bounce())
    postbox.get(a_letter("Yes"), sender="lin@example.org")
    assert [mail["kind"] for mail in listed(served)] == ["reply", "bounce"]
    (bounce,) = listed(served, "?kind=bounce&verdict=hard&reason=unknown_user&state=done")
    assert bounce["delivery_id"] == str(postbox.delivery_id)
    assert listed(served, f"?delivery_id={new_id()}") == []


def test_a_mail_is_shown_with_its_words(served: Served, postbox: Postbox) -> None:
    mail = postbox.get(a_letter("Please call me.\n\n> Dear Lin"), sender="lin@example.org")
    shown = served.client.get(f"/inbound-mails/{mail.id}", as_=MIA).json()
    assert shown["text"].startswith("Please call me.")
    assert (shown["answer"], shown["sender"]) == ("Please call me.", "lin@example.org")


def test_what_belongs_to_no_delivery_is_seen_by_who_sees_all_departments(
    served: Served, postbox: Postbox
) -> None:
    mail = postbox.get(ZORP, to="news@example.com")
    assert [one["id"] for one in listed(served, "?state=unrecognised", as_=ADA)] == [str(mail.id)]
    assert listed(served) == []
    assert served.client.get(f"/inbound-mails/{mail.id}", as_=MIA).status_code == 404


def test_another_department_sees_nothing(served: Served, postbox: Postbox) -> None:
    mail = postbox.get(a_bounce())
    assert listed(served, as_=STRANGER) == []
    assert served.client.get(f"/inbound-mails/{mail.id}", as_=STRANGER).status_code == 404
    assert sort(served, mail.id, as_=STRANGER, kind="ignored").status_code == 404


def test_a_person_says_that_it_was_a_hard_bounce(served: Served, postbox: Postbox) -> None:
    mail = postbox.get(ZORP, to="news@example.com")
    told = {
        "kind": "bounce",
        "verdict": "hard",
        "reason": "unknown_user",
        "delivery_id": str(postbox.delivery_id),
    }
    sorted_ = sort(served, mail.id, **told).json()
    assert (sorted_["state"], sorted_["verdict"], sorted_["found_by"]) == ("done", "hard", "hand")
    assert (sorted_["handled_by"], sorted_["department"], sorted_["version"]) == ("ada", "north", 1)
    assert postbox.feedback() == ("bounced_hard", "unknown_user")
    with postbox.database.reading() as session:
        assert session.scalars(select(Suppression.reason)).all() == ["bounced"]


def test_a_person_says_that_it_was_a_reply(served: Served, postbox: Postbox) -> None:
    mail = postbox.get(ZORP)
    assert sort(served, mail.id, as_=MIA, kind="reply", note="Wants a call").status_code == 200
    with postbox.database.reading() as session:
        assert [(one.kind, one.note) for one in session.scalars(select(Answer))] == [
            ("reply", "Wants a call")
        ]


def test_a_person_says_that_it_means_nothing(served: Served, postbox: Postbox) -> None:
    mail = postbox.get(ZORP)
    assert sort(served, mail.id, as_=MIA, kind="ignored").json()["state"] == "done"
    assert listed(served, "?state=unrecognised") == []
    assert postbox.feedback() == (None, None)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"kind": "bounce", "delivery_id": "given"}, "verdict"),
        ({"kind": "bounce", "verdict": "hard"}, "delivery_id"),
        ({"kind": "complaint"}, "delivery_id"),
        ({"kind": "nonsense"}, "kind"),
        ({"kind": "ignored", "reason": "No Code!"}, "reason"),
        ({}, "kind"),
    ],
)
def test_what_is_missing_is_named(served: Served, postbox: Postbox, body: dict[str, str], field: str) -> None:
    mail = postbox.get(ZORP, to="news@example.com")
    if body.get("delivery_id"):
        body = {**body, "delivery_id": str(postbox.delivery_id)}
    answer = sort(served, mail.id, **body)
    assert answer.status_code == 422
    assert [one["field"] for one in answer.json()["errors"]] == [field]


def test_a_delivery_of_nobody_is_not_found(served: Served, postbox: Postbox) -> None:
    mail = postbox.get(ZORP)
    answer = sort(served, mail.id, kind="bounce", verdict="hard", delivery_id=str(new_id()))
    assert answer.status_code == 404


def test_a_mail_that_waits_is_not_sorted_by_hand(served: Served, postbox: Postbox) -> None:
    postbox.sorter.step = lambda: False  # type: ignore[method-assign]
    mail = postbox.get(ZORP)
    assert sort(served, mail.id, kind="ignored").status_code == 409


def test_sorting_by_hand_is_in_the_audit(served: Served, postbox: Postbox) -> None:
    mail = postbox.get(ZORP)
    sort(served, mail.id, as_=MIA, kind="ignored")
    entries = served.client.get(f"/audit?entity_id={mail.id}", as_=ADA).json()["items"]
    assert [(one["actor"], one["after"]["kind"]) for one in entries] == [("mia", "ignored")]
