"""The tables of a campaign's evaluation, for its page, its files and its report on paper."""

from collections.abc import Sequence

from services.reporting.evaluation.report import Evaluation
from services.reporting.reports.ratios import share
from services.reporting.reports.tables import Cell, Column, Report, Table

OUTCOMES = ("accepted", "failed", "suppressed", "uncertain")
MONEY = ("budget", "committed", "incurred", "available", "allocated")


def evaluation_report(evaluation: Evaluation) -> Report:
    """All that an evaluation says, but how it was counted."""
    return Report(
        tables=[
            _figures(evaluation),
            _goals(evaluation),
            _funnel(evaluation),
            _mailings(evaluation),
            _budget(evaluation),
        ]
    )


def _figures(evaluation: Evaluation) -> Table:
    return Table(
        name="figures",
        columns=(Column("figure", "word", "column"), Column("value", "number"), Column("unit", "text")),
        rows=[(name, figure["value"], figure["unit"]) for name, figure in evaluation.figures.items()],
    )


def _goals(evaluation: Evaluation) -> Table:
    return Table(
        name="goals",
        columns=(
            Column("metric", "word", "column"),
            Column("target", "number"),
            Column("actual", "number"),
            Column("unit", "text"),
            Column("attainment", "ratio"),
        ),
        rows=[
            tuple(goal[name] for name in ("metric", "target", "actual", "unit", "attainment"))
            for goal in evaluation.goals
        ],
    )


def _funnel(evaluation: Evaluation) -> Table:
    first = evaluation.funnel[0].count
    rows: list[Sequence[Cell]] = [
        (one.stage, one.count, share(one.count, first)) for one in evaluation.funnel
    ]
    return Table(
        name="funnel",
        columns=(Column("step", "word", "column"), Column("count"), Column("of_first", "ratio")),
        rows=rows,
        drawn=("count",),
    )


def _mailings(evaluation: Evaluation) -> Table:
    rows: list[Sequence[Cell]] = [
        (
            "" if wave.number is None else str(wave.number),
            wave.channel or "",
            wave.recipients,
            *(getattr(wave, name) for name in OUTCOMES),
        )
        for wave in evaluation.waves
    ]
    return Table(
        name="mailings",
        columns=(
            Column("wave", "text"),
            Column("channel", "word", "channel"),
            Column("recipients"),
            *(Column(name) for name in OUTCOMES),
        ),
        rows=rows,
        drawn=OUTCOMES,
    )


def _budget(evaluation: Evaluation) -> Table:
    return Table(
        name="budget",
        columns=(
            *(Column(name, "text") for name in ("line", "responsible", "currency")),
            *(Column(name, "money") for name in MONEY),
        ),
        rows=[
            (line.name, line.responsible, line.currency, *(getattr(line, name) for name in MONEY))
            for line in evaluation.budget_lines
        ],
        drawn=("incurred", "committed", "available"),
    )
