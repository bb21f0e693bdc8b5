"""Planned against actual, worked out by hand."""

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from chassis.ids import new_id
from services.finance.settlement.figures import HEADER, LineFigures, Report, table

AMOUNT = st.decimals(min_value=-(10**6), max_value=10**6, places=2)


def line(kind: str | None, *figures: str | Decimal) -> LineFigures:
    planned, budget, direct, allocated = map(Decimal, figures)
    return LineFigures(
        currency="EUR",
        line_id=new_id(),
        name=f"Line of {kind}",
        kind=kind,
        planned=planned,
        budget=budget,
        direct=direct,
        allocated=allocated,
    )


def report(*lines: LineFigures) -> Report:
    return Report(new_id(), new_id(), "FAIR", "EUR", lines)


def test_lines_add_up_by_kind_and_altogether() -> None:
    figures = report(
        line("print", "100.00", "90.00", "80.00", "0"),
        line("venue", "50.00", "60.00", "65.00", "0"),
        line("print", "10.00", "10.00", "0.00", "0"),
        line("indirect", "0", "0", "0", "25.50"),
    )
    assert [(one.kind, one.budget, one.actual, one.variance) for one in figures.kinds] == [
        ("print", Decimal(100), Decimal(80), Decimal(20)),
        ("venue", Decimal(60), Decimal(65), Decimal(-5)),
        ("indirect", Decimal(0), Decimal("25.50"), Decimal("-25.50")),
    ]
    total = figures.total
    assert (total.planned, total.budget, total.direct) == (Decimal(160), Decimal(160), Decimal(145))
    assert (total.actual, total.variance) == (Decimal("170.50"), Decimal("-10.50"))


def test_a_sheet_has_each_line_each_kind_and_the_total() -> None:
    rows = table(report(line("print", "100.00", "90.00", "80.00", "0"), line(None, "0", "0", "0", "5")))
    assert [row[0] for row in rows] == ["line", "line", "kind", "kind", "total"]
    assert {len(row) for row in rows} == {len(HEADER)}
    assert [str(cell) for cell in rows[-1][3:]] == [
        "100.00",
        "90.00",
        "0.00",
        "80.00",
        "5.00",
        "85.00",
        "5.00",
        "EUR",
    ]


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["print", "venue", None]), AMOUNT, AMOUNT, AMOUNT, AMOUNT), max_size=12
    )
)
def test_the_kinds_add_up_to_the_total(
    rows: list[tuple[str | None, Decimal, Decimal, Decimal, Decimal]],
) -> None:
    figures = report(*(line(kind, *amounts) for kind, *amounts in rows))
    assert sum(one.variance for one in figures.kinds) == figures.total.variance
    assert figures.total.variance == figures.total.budget - figures.total.direct - figures.total.allocated
