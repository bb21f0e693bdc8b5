"""The rules of this folder look at the same files."""

from collections.abc import Iterator

import pytest

from chassis import collector
from tests.architecture.source import source_of


@pytest.fixture(autouse=True, scope="package")
def _parsed_once() -> Iterator[None]:
    """The trees are kept while the rules look at them, and are not looked at by the garbage collector."""
    with collector.paused():
        yield
        source_of.cache_clear()
