"""Reports and evaluations as HTML pages with charts drawn as SVG, so that they show without any script."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from werkzeug.wrappers import Response

from chassis.clock import now
from chassis.http import Request
from services.reporting.comparisons.groups import By, Length
from services.reporting.comparisons.report import RANKED
from services.reporting.evaluation import formulas
from services.reporting.evaluation.report import Evaluation
from services.reporting.overview.report import STATES
from services.reporting.pages.charts import Chart, bar_chart
from services.reporting.pages.frame import Frame, frame_of
from services.reporting.pages.showing import MOST_ROWS, cell, chart_of, shown
from services.reporting.pages.trail import Trail, told
from services.reporting.projections.model import Campaign
from services.reporting.reports.registry import FILTERS, REPORTS
from services.reporting.reports.tables import Report
from services.reporting.sources.attribution import Model

PAGE_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src data:; base-uri 'none'; frame-ancestors 'none'; "
    "form-action 'self'",
    "Cache-Control": "private, no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

CHOICES: Mapping[str, tuple[str, Sequence[str]]] = {
    "by": ("by", get_args(By)),
    "period": ("period", get_args(Length)),
    "model": ("model", get_args(Model)),
    "rank": ("column", RANKED),
    "state": ("state", STATES),
}
"""Inputs that choose from a list: the kind of word, and the codes."""

USUAL = {"by": "campaign", "period": "month", "model": "linear", "rank": "roi"}
DAYS = {"since": "from", "until": "until"}

FIGURE_NOTES = {
    formulas.CURRENCIES_DIFFER: "figure_note.currencies",
    formulas.NO_ALLOCATIONS: "figure_note.allocations",
    formulas.NO_CONTRACTS: "figure_note.contracts",
}


def evaluation_page(evaluation: Evaluation, frame: Frame) -> Response:
    """The page of a campaign."""
    return _page(
        "campaign.html",
        frame,
        evaluation=evaluation,
        campaign=evaluation.campaign,
        back=_second(evaluation.evaluated_at) if "at" in frame.asked else "",
        latest=_second(now()),
        funnel=_funnel(evaluation, frame),
        mailings=_mailings(evaluation, frame),
        budget=_budget(evaluation, frame),
    )


def report_page(
    report: Report, frame: Frame, *, name: str, position: int, values: Mapping[str, Sequence[str]]
) -> Response:
    """The page of a report. ``values`` are what its filters may choose from, by filter."""
    return _page(
        "report.html",
        frame,
        name=name,
        tables=report.tables,
        notes=report.notes,
        charts={table.name: chart_of(table, frame.words) for table in report.tables if table.drawn},
        made_at=now(),
        position=position,
        filters=FILTERS[name],
        choices=CHOICES,
        usual=USUAL,
        days=DAYS,
        values=values,
        most=MOST_ROWS,
    )


def trail_page(campaign: Campaign, trail: Trail, frame: Frame) -> Response:
    """The page of the events behind a figure."""
    page = frame.path.partition("/events/")[0]
    return _page("events.html", frame, campaign=campaign, trail=trail, page=page)


def sign_in_page(request: Request, *, goal: str, refused: bool = False) -> Response:
    """Asks for a bearer token, where no identity provider is set."""
    frame = frame_of(request)
    return _page("sign_in.html", frame, status=403 if refused else 200, goal=goal, refused=refused)


def signed_out_page(request: Request) -> Response:
    """Says that the sign-in has ended."""
    return _page("signed_out.html", frame_of(request))


def _page(template: str, frame: Frame, *, status: int = 200, **values: Any) -> Response:
    words = frame.words
    text = _environment.get_template(template).render(
        frame=frame,
        t=words,
        pages=tuple(REPORTS),
        cell=lambda value, column: cell(value, column, words),
        **values,
    )
    return Response(text, status=status, headers=PAGE_HEADERS, content_type="text/html; charset=utf-8")


def _funnel(evaluation: Evaluation, frame: Frame) -> Chart:
    words = frame.words
    rows = [(words(f"column.{one.stage}"), {"count": one.count}) for one in evaluation.funnel]
    return bar_chart(words("table.funnel"), rows)


def _mailings(evaluation: Evaluation, frame: Frame) -> Chart:
    words, rows = frame.words, []
    for wave in evaluation.waves:
        channel = words.coded("channel", wave.channel) if wave.channel else "?"
        number = "?" if wave.number is None else wave.number
        outcomes = {name: getattr(wave, name) for name in ("accepted", "failed", "suppressed", "uncertain")}
        rows.append((words("ui.wave", number=number, channel=channel), outcomes))
    return bar_chart(words("table.outcomes"), rows)


def _budget(evaluation: Evaluation, frame: Frame) -> Chart:
    rows = []
    for line in evaluation.budget_lines:
        parts = {"incurred": line.incurred, "committed": line.committed, "available": line.available}
        rows.append(
            (f"{line.name} ({line.currency})", {name: max(part, Decimal()) for name, part in parts.items()})
        )
    return bar_chart(frame.words("table.budget"), rows)


def _second(at: datetime) -> str:
    """A moment as an input for times takes it."""
    return f"{at:%Y-%m-%dT%H:%M:%S}"


def _svg_number(value: float) -> Markup:
    return Markup(f"{value:g}")


_environment = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_environment.filters.update(shown=shown, svg=_svg_number, told=told)
_environment.globals.update(note_keys=FIGURE_NOTES)
