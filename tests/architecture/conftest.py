"""The rules of this folder look at the same files."""

import gc
from collections.abc import Iterator

import pytest

from tests.architecture.source import source_of


@pytest.fixture(autouse=True, scope="package")
def _parsed_once() -> Iterator[None]:
    """The trees are kept while the rules look at them, and are not looked at by the garbage collector."""
    gc.disable()
    yield
    source_of.cache_clear()
    gc.enable()
