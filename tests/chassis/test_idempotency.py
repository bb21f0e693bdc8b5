"""One key, one effect, one answer."""

from datetime import timedelta

import eventlet
import pytest
from sqlalchemy import update

from chassis import clock, idempotency
from chassis.auth import Actor
from chassis.idempotency import idempotency_keys
from tests.chassis.shop import CLERK, RunningShop
from tests.harness.people import person


def _pack(
    shop: RunningShop, key: str, label: str = "books", *, as_: Actor = CLERK
) -> tuple[int, str, str | None]:
    body = {"label": label, "department": "north"}
    answer = shop.call("POST", "/parcels", as_=as_, json=body, headers={"Idempotency-Key": key})
    return answer.status_code, answer.text, answer.headers.get("ETag")


def test_the_same_request_again_gets_the_same_answer_and_acts_once(shop: RunningShop) -> None:
    first = _pack(shop, "k1")
    again = _pack(shop, "k1")
    assert first[0] == 201
    assert again == first
    assert shop.labels() == ["books"]


def test_a_key_used_for_something_else_is_refused(shop: RunningShop) -> None:
    _pack(shop, "k1")
    status, text, _ = _pack(shop, "k1", label="pens")
    assert status == 422 and "Idempotency-Key" in text
    assert shop.labels() == ["books"]


def test_a_request_that_failed_may_be_sent_again_with_its_key(shop: RunningShop) -> None:
    shop.pack("books")
    assert _pack(shop, "k1")[0] == 409
    parcel = shop.call("GET", "/parcels").json()["items"][0]["id"]
    shop.call("POST", f"/parcels/{parcel}/dispatch")
    assert _pack(shop, "k1")[0] == 201


def test_keys_of_two_people_have_nothing_to_do_with_each_other(shop: RunningShop) -> None:
    _pack(shop, "k1")
    other = person("grace", *CLERK.roles)
    assert _pack(shop, "k1", label="pens", as_=other)[0] == 201


def test_twins_at_the_same_time_act_once(shop: RunningShop) -> None:
    twins = [eventlet.spawn(_pack, shop, "k1") for _ in range(8)]
    answers = {twin.wait() for twin in twins}
    assert len(answers) == 1 and answers.pop()[0] == 201
    assert shop.labels() == ["books"]


def test_an_answer_without_a_body_is_repeated_too(shop: RunningShop) -> None:
    path = f"/parcels/{shop.pack('a').json()['id']}/dispatch"
    codes = [shop.call("POST", path, headers={"Idempotency-Key": "k1"}).status_code for _ in range(2)]
    assert codes == [204, 204]


def test_an_upload_is_told_from_another_by_its_content(shop: RunningShop) -> None:
    headers = {"Idempotency-Key": "k1"}
    codes = [
        shop.call("POST", "/uploads", data=data, headers=headers).status_code
        for data in (b"a\nb\n", b"a\nb\n", b"a\nc\n")
    ]
    assert codes == [202, 202, 422]


def test_a_day_later_the_key_is_free(shop: RunningShop) -> None:
    _pack(shop, "k1", label="a")
    _a_day_passes(shop)
    assert _pack(shop, "k1", label="b")[0] == 201
    assert shop.labels() == ["a", "b"]


def test_only_old_keys_are_pruned(shop: RunningShop) -> None:
    _pack(shop, "old", label="a")
    _a_day_passes(shop)
    new = _pack(shop, "new", label="b")
    assert idempotency.prune(shop.database) == 1
    assert _pack(shop, "new", label="b") == new


@pytest.mark.parametrize("key", ["", "x" * 256])
def test_a_key_that_cannot_be_kept_is_refused(sqlite_shop: RunningShop, key: str) -> None:
    assert _pack(sqlite_shop, key)[0] == 422


def _a_day_passes(shop: RunningShop) -> None:
    with shop.database.transaction() as session:
        session.execute(update(idempotency_keys).values(created_at=clock.now() - timedelta(hours=25)))
