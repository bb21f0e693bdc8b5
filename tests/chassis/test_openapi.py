"""The description of a service says what the service does."""

from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from chassis import openapi
from chassis.http import declarations
from tests.chassis.shop import RunningShop, Shop


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    return openapi.document(Shop)


def test_the_document_is_valid_openapi_3_1(described: dict[str, Any]) -> None:
    assert described["openapi"] == "3.1.0"
    assert list(OpenAPIV31SpecValidator(described).iter_errors()) == []


def test_every_route_is_in_it(described: dict[str, Any]) -> None:
    operations = {(method.upper(), path) for path, item in described["paths"].items() for method in item}
    assert len(operations) == len(declarations(Shop))
    assert ("PATCH", "/parcels/{parcel_id}") in operations


def test_anybody_may_read_it(sqlite_shop: RunningShop, described: dict[str, Any]) -> None:
    answer = sqlite_shop.call("GET", "/openapi.json", as_=None)
    assert (answer.headers["Content-Type"], answer.json()) == ("application/json", described)


def test_it_is_the_same_each_time() -> None:
    assert list(openapi.document(Shop)["paths"]) == list(openapi.document(Shop)["paths"])
    assert openapi.document(Shop) == openapi.document(Shop)


def test_a_route_says_who_may_call_it(described: dict[str, Any]) -> None:
    packing = described["paths"]["/parcels"]["post"]
    assert packing["x-roles"] == ["marketing_staff"]
    assert packing["security"] == [{"bearer": []}]
    assert described["paths"]["/hello/{name}"]["get"]["security"] == []


def test_the_docstring_is_the_description(described: dict[str, Any]) -> None:
    packing = described["paths"]["/parcels"]["post"]
    assert packing["summary"] == "Pack a parcel."
    assert packing["description"] == "It stands on the shelf until it is sent."


def test_parameters_come_from_path_query_and_headers(described: dict[str, Any]) -> None:
    def names(path: str, method: str) -> set[tuple[str, str]]:
        return {(one["in"], one["name"]) for one in described["paths"][path][method]["parameters"]}

    assert names("/parcels", "get") == {
        ("query", "department"),
        ("query", "label"),
        ("query", "limit"),
        ("query", "cursor"),
    }
    assert names("/parcels", "post") == {("header", "Idempotency-Key")}
    assert names("/parcels/{parcel_id}", "patch") == {("path", "parcel_id"), ("header", "If-Match")}
    assert names("/parcels/{parcel_id}", "get") == {("path", "parcel_id"), ("header", "If-None-Match")}


def test_a_decimal_is_described_as_the_string_that_it_is(described: dict[str, Any]) -> None:
    view = described["components"]["schemas"]["ParcelView"]["properties"]
    assert view["weight"] == {"type": "string", "format": "decimal"}
