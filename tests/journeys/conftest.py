"""What each journey stands on: databases that its services own, as no superusers, and an unused broker."""

from collections.abc import Iterator

import pytest

from fanfare.demo.staging import Servers
from fanfare.local.stack import SERVICES
from tests.harness.brokers import Brokers
from tests.harness.databases import PostgresDatabases


@pytest.fixture(scope="module")
def servers(postgres: PostgresDatabases, brokers: Brokers) -> Iterator[Servers]:
    owned = {service: postgres.create_owned() for service in SERVICES}
    yield Servers({service: url for service, (_, url) in owned.items()}, brokers.fresh_url())
    for name, _ in owned.values():
        postgres.drop_owned(name)
