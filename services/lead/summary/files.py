"""Summaries as files for spreadsheets, one row a line."""

from collections.abc import Iterable, Iterator, Sequence

from werkzeug.wrappers import Response

from chassis import sheets, workbooks
from services.lead.leads.states import STATES
from services.lead.summary.funnel import Stage
from services.lead.summary.sums import Summary

SUMMED = (
    "key",
    "leads",
    "open",
    "converted",
    "conversion",
    *(state.value for state in STATES),
    "currency",
    "value",
)
STAGED = ("state", "reached", "share", "left", "median_hours")


def summary_file(summary: Summary, *, name: str, format: str) -> Response:
    """Each line once for each currency that its leads have a value in; its leads only in the first."""
    return _file(name, SUMMED, _summed(summary), format=format)


def funnel_file(stages: Sequence[Stage], *, format: str) -> Response:
    """A row a state."""
    rows = ((one.state, one.reached, one.share, one.left, one.median_hours) for one in stages)
    return _file("lead-funnel", STAGED, rows, format=format)


def _summed(summary: Summary) -> Iterator[Sequence[object]]:
    for line in summary.lines:
        counts: list[object] = [line.leads, line.open, line.converted, line.conversion, *line.states.values()]
        values = line.values
        first = (values[0].currency, values[0].amount) if values else (None, None)
        yield (line.key, *counts, *first)
        for one in values[1:]:
            yield (line.key, *[None] * len(counts), one.currency, one.amount)


def _file(name: str, header: Sequence[str], rows: Iterable[Sequence[object]], *, format: str) -> Response:
    if format == "xlsx":
        return workbooks.download(f"{name}.xlsx", header, rows)
    return sheets.download(f"{name}.csv", header, rows)
