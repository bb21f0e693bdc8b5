"""An evaluation as an HTML page with charts drawn as SVG, so that it shows without any script."""

from decimal import Decimal
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from services.reporting.evaluation.report import Evaluation
from services.reporting.pages.charts import Chart, bar_chart

TITLES = {
    "targets": "Targets",
    "executed_targets": "Reached",
    "responses": "Responses",
    "responding_targets": "Responded",
    "response_rate": "Response rate",
    "leads": "Leads",
    "valid_leads": "Valid leads",
    "lead_conversion": "Lead conversion",
    "budget": "Budget",
    "committed": "Committed",
    "direct_cost": "Direct cost",
    "allocated_cost": "Allocated cost",
    "cost": "Cost",
    "cost_per_lead": "Cost per lead",
    "opportunities": "Opportunities",
    "contracts": "Contracts",
    "revenue": "Revenue",
    "roi": "ROI",
    "accepted": "Accepted",
    "failed": "Failed",
    "suppressed": "Suppressed",
    "uncertain": "Uncertain",
    "incurred": "Incurred",
    "available": "Available",
    "count": "Count",
}
"""What a figure or a series is called on the page."""

NOT_APPLICABLE = "n/a"


def render(evaluation: Evaluation) -> str:
    """The whole page."""
    return _environment.get_template("campaign.html").render(
        evaluation=evaluation,
        campaign=evaluation.campaign,
        funnel=_funnel(evaluation),
        mailings=_mailings(evaluation),
        budget=_budget(evaluation),
    )


def shown(value: int | Decimal | None, unit: str | None) -> str:
    """A value as people read it: counts and money with separators, ratios in percent."""
    if value is None:
        return NOT_APPLICABLE
    if unit == "ratio":
        return f"{value * 100:,.2f} %"
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:,.2f} {unit or ''}".strip()


def _funnel(evaluation: Evaluation) -> Chart:
    return bar_chart("Funnel", [(TITLES[one.stage], {"count": one.count}) for one in evaluation.funnel])


def _mailings(evaluation: Evaluation) -> Chart:
    rows = []
    for wave in evaluation.waves:
        label = f"Wave {wave.number if wave.number is not None else '?'} · {wave.channel or '?'}"
        outcomes = {name: getattr(wave, name) for name in ("accepted", "failed", "suppressed", "uncertain")}
        rows.append((label, outcomes))
    return bar_chart("Mailing outcomes", rows)


def _budget(evaluation: Evaluation) -> Chart:
    rows = []
    for line in evaluation.budget_lines:
        parts = {"incurred": line.incurred, "committed": line.committed, "available": line.available}
        rows.append(
            (f"{line.name} ({line.currency})", {name: max(part, Decimal()) for name, part in parts.items()})
        )
    return bar_chart("Budget lines", rows)


def _title(name: str) -> str:
    return TITLES.get(name, name)


def _svg_number(value: float) -> Markup:
    return Markup(f"{value:g}")


_environment = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_environment.filters.update(shown=shown, title_of=_title, svg=_svg_number)
