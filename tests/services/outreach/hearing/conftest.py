"""A postbox on each kind of database."""

from collections.abc import Callable

import pytest

from tests.services.outreach.builders import DatabaseOf
from tests.services.outreach.hearing.postbox import Postbox

MakePostbox = Callable[..., Postbox]


@pytest.fixture
def make_postbox(database_of: DatabaseOf) -> MakePostbox:
    """Makes a postbox; keyword arguments are settings."""
    return lambda **settings: Postbox(database_of("outreach"), **settings)


@pytest.fixture
def postbox(make_postbox: MakePostbox) -> Postbox:
    return make_postbox()
