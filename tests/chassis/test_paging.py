"""Lists in pages, over HTTP."""

import base64

import pytest

from tests.chassis.shop import RunningShop


def _walk(shop: RunningShop, limit: int) -> list[list[str]]:
    pages, cursor = [], ""
    while True:
        page = shop.call("GET", f"/parcels?limit={limit}{cursor}").json()
        pages.append([item["label"] for item in page["items"]])
        if page["next"] is None:
            return pages
        cursor = f"&cursor={page['next']}"


def test_pages_follow_each_other_latest_first(shop: RunningShop) -> None:
    for label in "abcde":
        shop.pack(label)
    assert _walk(shop, 2) == [["e", "d"], ["c", "b"], ["a"]]


def test_a_last_page_that_is_full_has_no_next(shop: RunningShop) -> None:
    for label in "abcd":
        shop.pack(label)
    assert _walk(shop, 2) == [["d", "c"], ["b", "a"]]


def test_nothing_is_an_empty_page(sqlite_shop: RunningShop) -> None:
    assert sqlite_shop.call("GET", "/parcels").json() == {"items": [], "next": None}


def test_what_is_added_meanwhile_is_not_shown_twice(shop: RunningShop) -> None:
    for label in "abc":
        shop.pack(label)
    first = shop.call("GET", "/parcels?limit=2").json()
    shop.pack("d")
    rest = shop.call("GET", f"/parcels?limit=2&cursor={first['next']}").json()
    assert [item["label"] for item in rest["items"]] == ["a"]


@pytest.mark.parametrize("limit", ["0", "201", "-1", "ten", "", "٣", "99999999999999999999"])
def test_a_limit_outside_of_1_to_200_is_refused(sqlite_shop: RunningShop, limit: str) -> None:
    answer = sqlite_shop.call("GET", "/parcels", params={"limit": limit})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "limit")


@pytest.mark.parametrize(
    "cursor", ["", "x", "%%%", "é", base64.urlsafe_b64encode(b'"no-uuid"').decode(), "bnVsbA"]
)
def test_a_cursor_that_nobody_gave_is_refused(sqlite_shop: RunningShop, cursor: str) -> None:
    answer = sqlite_shop.call("GET", "/parcels", params={"cursor": cursor})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "cursor")
