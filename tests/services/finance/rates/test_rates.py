"""Exchange rates: files, the rate of a day, conversion, and who may record them."""

import io
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from chassis.database import Database
from chassis.errors import Invalid
from contracts.finance import RatesRecorded
from services.finance.rates.actions import import_rates
from services.finance.rates.files import read_rates
from services.finance.rates.queries import convert
from tests.services.finance.builders import CLARA, FAY, published, record_rates
from tests.services.finance.office import ANNA, LEA, MOE, Office, fields

HISTORY = "Date,USD,JPY,CYP,\n2026-11-27,1.0500,160.00,N/A,\n2026-11-26,1.0400,159.50,N/A,\n"
DAILY = "Date, USD, JPY, \n27 November 2026, 1.0500, 160.00, \n"
OURS = "base,quote,date,rate\nEUR,USD,2026-11-27,1.0500\n"
DAY = date(2026, 11, 27)


@pytest.fixture
def database(database_of: Callable[[str], Database]) -> Database:
    return database_of("finance")


@pytest.mark.parametrize(("text", "count"), [(HISTORY, 4), (DAILY, 2), (OURS, 1)])
def test_each_layout_is_read(text: str, count: int) -> None:
    rates = read_rates(io.BytesIO(text.encode("utf-8-sig")))
    assert len(rates) == count
    assert (rates[0].quote, rates[0].day, rates[0].rate) == ("USD", DAY, Decimal("1.05"))


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("", "file"),
        ("a,b\n1,2\n", "file"),
        (OURS.replace("1.0500", "much"), "rows.2.rate"),
        (OURS.replace("1.0500", "-1"), "rows.2.rate"),
        (OURS.replace("2026-11-27", "27/11"), "rows.2.date"),
        (OURS.replace("USD", "ABC"), "rows.2.quote"),
    ],
)
def test_a_bad_file_is_refused_by_row_and_column(text: str, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_rates(io.BytesIO(text.encode()))
    assert refused.value.fields[0]["field"] == field


def test_an_amount_is_converted_directly_inversely_and_across(database: Database) -> None:
    with database.transaction(CLARA) as session:
        import_rates(session, CLARA, file=io.BytesIO(HISTORY.encode()), source="ecb")
    with database.reading() as session:
        to_usd = convert(session, Decimal(100), currency="EUR", to="USD", on=DAY)
        to_eur = convert(session, Decimal(105), currency="USD", to="EUR", on=DAY)
        to_yen = convert(session, Decimal(105), currency="USD", to="JPY", on=DAY)
        same = convert(session, Decimal(5), currency="EUR", to="EUR", on=DAY)
    assert (to_usd.amount, to_usd.rate, to_usd.rate_on) == (Decimal(105), Decimal("1.05"), DAY)
    assert [one.amount for one in (to_eur, to_yen, same)] == [Decimal(100), Decimal(16000), Decimal(5)]
    assert (to_yen.original_amount, to_yen.original_currency) == (Decimal(105), "USD")


def test_the_latest_rate_on_or_before_the_day_counts_while_it_is_young_enough(database: Database) -> None:
    with database.transaction(CLARA) as session:
        record_rates(session, ("EUR", "USD", "2026-11-20", "1.1"), ("EUR", "USD", "2026-11-23", "1.2"))
    with database.reading() as session:
        found = convert(session, Decimal(1), currency="EUR", to="USD", on=date(2026, 11, 22))
        assert (found.rate, found.rate_on) == (Decimal("1.1"), date(2026, 11, 20))
        with pytest.raises(Invalid, match="no rate from EUR to USD"):
            convert(session, Decimal(1), currency="EUR", to="USD", on=date(2026, 12, 1))


def test_a_rate_recorded_again_holds_from_then_on(database: Database) -> None:
    with database.transaction(CLARA) as session:
        record_rates(session, ("EUR", "USD", "2026-11-27", "1.1"), ("EUR", "USD", "2026-11-27", "1.3"))
    with database.reading() as session:
        assert convert(session, Decimal(1), currency="EUR", to="USD", on=DAY).amount == Decimal("1.30")
    assert [one.count for one in published(database, RatesRecorded)] == [1, 1]


def test_a_clerk_imports_rates_and_everybody_who_reads_converts(office: Office) -> None:
    path = "/rates/import?source=ecb"
    imported = office.client.post(path, as_=CLARA, data=HISTORY.encode())
    assert (imported.status_code, imported.json()["count"]) == (201, 4), imported.text
    assert len(office.get("/rates", ANNA, quote="USD").json()["items"]) == 2
    yen = office.get("/rates", ANNA, quote="JPY", since="2026-11-27").json()["items"]
    assert [one["rate"] for one in yen] == ["160"]
    query = {"amount": "100", "currency": "EUR", "to": "USD", "on": "2026-11-27"}
    assert office.get("/rates/conversion", ANNA, **query).json()["amount"] == "105.00"
    by_hand = {"base": "EUR", "quote": "USD", "day": "2026-11-28", "rate": "0"}
    assert fields(office.post("/rates", CLARA, **by_hand)) == ["rate"]
    assert office.post("/rates", CLARA, **{**by_hand, "rate": "1.06"}).status_code == 201
    for refused in (FAY, MOE):
        assert office.post("/rates", refused, **by_hand).status_code == 403
        assert office.client.post(path, as_=refused, data=b"").status_code == 403
    for route in ("/rates", "/rates/conversion"):
        assert office.get(route, LEA).status_code == 403
