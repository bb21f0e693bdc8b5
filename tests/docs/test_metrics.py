"""Names, kinds and labels of metrics are promises: dashboards and alerts of others stand on them."""

import re
from pathlib import Path

import pytest

from tests.docs.catalogue import PAGE, catalogue
from tests.docs.documents import DOCUMENTS, code, name_of

PINNED = Path(__file__).with_name("pinned_metrics.txt")
"""A metric a line: its name, its kind, its labels. Add new ones; what stands there stays."""

UNBOUNDED = {"campaign_id", "code", "name"}
"""Labels whose values are as many as there are campaigns; in the metrics of campaigns alone."""


def test_every_metric_has_the_name_kind_and_labels_that_were_promised() -> None:
    listed = [" ".join([one.name, one.kind, *one.labels]) for one in catalogue()]
    assert listed == PINNED.read_text().splitlines()


def test_every_row_of_the_page_is_read() -> None:
    rows = [line for line in PAGE.read_text().splitlines() if line.startswith("| `fanfare_")]
    assert len(rows) == len(catalogue()) > 100


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_every_metric_that_is_named_is_there(document: Path) -> None:
    known = {one.name for one in catalogue()}
    timed = [one.name for one in catalogue() if one.kind == "histogram"]
    known |= {f"{name}_{part}" for name in timed for part in ("bucket", "count")}
    named = {
        name for text in code(document) for name in re.findall(r"\bfanfare_[a-z_]*[a-z](?![a-z_…])", text)
    }
    assert named <= known


def test_no_metric_has_more_than_twelve_buckets() -> None:
    histograms = [one for one in catalogue() if one.kind == "histogram"]
    assert all(0 < len(one.bounds) < 12 for one in histograms)


def test_ids_and_names_are_labels_of_campaigns_alone() -> None:
    free = [one.name for one in catalogue() if UNBOUNDED & set(one.labels)]
    assert all(name.startswith("fanfare_campaign_") for name in free)
