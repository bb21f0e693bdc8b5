"""Metrics are made once, under one prefix, with few buckets, and are listed for the docs."""

import pytest

from chassis import metrics


def test_a_metric_is_exposed_under_the_prefix_and_listed() -> None:
    metrics.counter("parcels_sorted_total", "Parcels sorted.", ("outcome",)).labels("ok").inc(3)
    assert b'fanfare_parcels_sorted_total{outcome="ok"} 3.0' in metrics.exposition()
    listed = metrics.CATALOGUE["fanfare_parcels_sorted_total"]
    assert (listed.kind, listed.help, listed.labels) == ("counter", "Parcels sorted.", ("outcome",))


def test_making_a_metric_again_gives_the_same_one() -> None:
    first = metrics.gauge("parcels_waiting", "Parcels waiting.")
    assert metrics.gauge("parcels_waiting", "Parcels waiting.") is first


def test_one_name_cannot_mean_two_metrics() -> None:
    metrics.gauge("parcels_held", "Parcels held.")
    with pytest.raises(ValueError, match="exists already"):
        metrics.gauge("parcels_held", "Parcels held.", ("depot",))
    with pytest.raises(ValueError, match="exists already"):
        metrics.histogram("parcels_held", "Parcels held.")


def test_known_label_values_are_exposed_before_anything_happened() -> None:
    metrics.counter("parcels_lost_total", "Parcels lost.", ("why",), starts=[("fire",), ("flood",)])
    exposed = metrics.exposition()
    assert b'fanfare_parcels_lost_total{why="fire"} 0.0' in exposed
    assert b'fanfare_parcels_lost_total{why="flood"} 0.0' in exposed


def test_a_histogram_has_at_most_twelve_buckets() -> None:
    metrics.histogram("parcel_wait_seconds", "Wait.", buckets=tuple(range(1, 12))).observe(3)
    assert metrics.exposition().count(b"fanfare_parcel_wait_seconds_bucket") == 12
    with pytest.raises(ValueError, match="12 is the most"):
        metrics.histogram("parcel_trip_seconds", "Trip.", buckets=tuple(range(1, 13)))


def test_no_creation_times_are_exposed() -> None:
    metrics.counter("parcels_seen_total", "Parcels seen.").inc()
    assert b"parcels_seen_created" not in metrics.exposition()


def test_a_counter_says_total() -> None:
    with pytest.raises(ValueError, match="must end in _total"):
        metrics.counter("parcels", "Parcels.")
