"""An evaluation as a report on paper: a PDF that typst sets in a process of its own.

Typst would keep this process from answering others while it works, and may take a lot of memory.
"""

import subprocess
import sys
import threading
from decimal import Decimal
from typing import Any, Final

import msgspec
from werkzeug.wrappers import Response

from chassis.errors import Unavailable
from chassis.logs import get_logger
from services.reporting.evaluation.report import Evaluation
from services.reporting.pages.frame import Frame
from services.reporting.pages.rendering import FIGURE_NOTES
from services.reporting.pages.showing import cell, shown
from services.reporting.pages.tables import evaluation_report
from services.reporting.pages.words import Words
from services.reporting.reports.tables import Table

PRESS: Final = "services.reporting.pages.press"
SECONDS: Final = 30
AT_ONCE: Final = 2
"""Reports set at the same time; others wait for their turn."""

DRAWN = ("funnel",)

log = get_logger(__name__)
_turns = threading.BoundedSemaphore(AT_ONCE)


def pdf(evaluation: Evaluation, frame: Frame) -> Response:
    """The answer with the report. Raises Unavailable where it cannot be set."""
    name = f"{evaluation.campaign.code}.pdf".encode("ascii", "replace").decode().replace('"', "")
    headers = {
        "Content-Disposition": f'inline; filename="{name}"',
        "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff",
    }
    job = msgspec.json.encode(job_of(evaluation, frame.words))
    return Response(press(job), headers=headers, content_type="application/pdf")


def job_of(evaluation: Evaluation, words: Words) -> dict[str, Any]:
    """All that the report says, as the press takes it: texts, and how long bars are."""
    campaign = evaluation.campaign
    return {
        "language": words.language,
        "title": campaign.name,
        "about": " · ".join(
            (
                str(campaign.code),
                words.coded("kind", campaign.kind or ""),
                str(campaign.department),
                words.coded("state", campaign.state or ""),
                words("ui.to", since=campaign.starts_on, until=campaign.ends_on),
                words("ui.owner", name=campaign.owner),
            )
        ),
        "as_of": f"{words('ui.as_of')} {evaluation.evaluated_at:%Y-%m-%d %H:%M:%S} UTC, "
        + words("ui.event", position=evaluation.position),
        "sections": [
            _figures(evaluation, words),
            *(_section(table, words) for table in evaluation_report(evaluation).tables[1:]),
        ],
    }


def press(job: bytes) -> bytes:
    """The PDF of a job. Raises Unavailable."""
    with _turns:
        try:
            done = subprocess.run(
                [sys.executable, "-m", PRESS], input=job, capture_output=True, timeout=SECONDS, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise Unavailable("Setting the report took too long") from error
    if done.returncode != 0:
        log.error("report_not_set", error=done.stderr.decode(errors="replace")[-500:])
        raise Unavailable("The report cannot be set now")
    return done.stdout


def _figures(evaluation: Evaluation, words: Words) -> dict[str, Any]:
    rows = []
    for name, figure in evaluation.figures.items():
        how = words(f"formula.{name}")
        if note := figure["note"]:
            how += f" ({words(FIGURE_NOTES[note]) if note in FIGURE_NOTES else note})"
        value = shown(figure["value"], figure["unit"], none=words("ui.no_value"))
        rows.append([words(f"column.{name}"), value, how])
    heads = [words(f"column.{name}") for name in ("figure", "value", "how")]
    return _set(words("table.figures"), heads, rows, numbers=[False, True, False], words=words)


def _section(table: Table, words: Words) -> dict[str, Any]:
    key = "outcomes" if table.name == "mailings" else table.name
    rows = [
        [cell(value, column, words) for value, column in zip(row, table.columns, strict=True)]
        for row in table.rows
    ]
    made = _set(
        words(f"table.{key}"),
        [words(f"column.{column.name}") for column in table.columns],
        rows,
        numbers=[column.counted for column in table.columns],
        words=words,
    )
    return {**made, "bars": _bars(table) if table.name in DRAWN else []}


def _set(
    title: str, heads: list[str], rows: list[list[str]], *, numbers: list[bool], words: Words
) -> dict[str, Any]:
    nothing = "" if rows else words("ui.nothing")
    return {"title": title, "heads": heads, "rows": rows, "numbers": numbers, "bars": [], "nothing": nothing}


def _bars(table: Table) -> list[float]:
    """The length of each row's bar, 1 for the longest."""
    values = [value if isinstance(value, int | Decimal) else 0 for value in table.column(table.drawn[0])]
    longest = max(values, default=0) or 1
    return [float(value) / float(longest) for value in values]
