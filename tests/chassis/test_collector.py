"""What was loaded to stay is looked at no more; what was made since is."""

import gc
import weakref
from collections.abc import Iterator

import pytest

from chassis import collector


class Ring:
    """Garbage that only the collector finds."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    thresholds = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*thresholds)
    collector.settle()


def test_what_is_loaded_stays_and_what_comes_later_goes() -> None:
    with collector.loading():
        assert not gc.isenabled()
        stays = weakref.ref(Ring())
    goes = weakref.ref(Ring())
    gc.collect()
    assert gc.isenabled()
    assert stays() is not None and goes() is None


def test_the_collector_is_back_when_loading_fails() -> None:
    with pytest.raises(ImportError), collector.loading():
        raise ImportError
    assert gc.isenabled()


def test_settling_drops_what_loading_left() -> None:
    gone = weakref.ref(Ring())
    collector.settle()
    assert gone() is None
    assert gc.get_freeze_count() > 0
