"""How many database connections are in use is seen, and by whom."""

from collections.abc import Callable

from prometheus_client import REGISTRY

from chassis import metrics
from chassis.database import Database
from tests.harness.databases import POSTGRESQL


def used(pool: str) -> float | None:
    return REGISTRY.get_sample_value("fanfare_database_connections", {"pool": pool})


def test_a_connection_is_in_use_as_long_as_somebody_works_with_it(
    toy_database: Callable[[str], Database],
) -> None:
    address = toy_database(POSTGRESQL).url.render_as_string(hide_password=False)
    database = Database(address, service="depot", pool_size=8)
    with database.transaction(), database.connection():
        assert used("depot") == 2
    assert used("depot") == 0
    assert REGISTRY.get_sample_value("fanfare_database_pool_size", {"pool": "depot"}) == 8
    database.close()


def test_what_is_collected_is_listed() -> None:
    assert {"fanfare_database_connections", "fanfare_database_pool_size"} <= metrics.CATALOGUE.keys()
