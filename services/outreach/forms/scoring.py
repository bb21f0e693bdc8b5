"""The figures of a satisfaction survey. Pure: answers go in, figures come out.

score  = Σ weight · experience ÷ Σ weight, over the sides whose experience was rated; 0 to 10
gap    = experience − expectation, of one side; below 0 it was worse than expected
NPS    = share of promoters (9, 10) − share of detractors (0 to 6), in percent; −100 to 100

The sides with an expectation and an experience each are those of SERVQUAL (Parasuraman, Zeithaml and
Berry, 1988), where quality is the gap between them. NPS is that of Reichheld (2003).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

LOWEST, HIGHEST = 0, 10
PROMOTER_FROM, DETRACTOR_TO = 9, 6

_HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True)
class Rating:
    """What one person said of one side, each from 0 to 10 or nothing."""

    side: str
    expectation: int | None
    experience: int | None


@dataclass(frozen=True)
class Recommendation:
    """How many would recommend. ``score`` is the NPS, None where nobody was asked."""

    promoters: int
    passives: int
    detractors: int
    score: Decimal | None


def overall(ratings: Iterable[Rating], weights: Mapping[str, int]) -> Decimal | None:
    """The score of one submission to two decimals; None where no experience was rated."""
    rated = [(weights[one.side], one.experience) for one in ratings if one.experience is not None]
    total = sum(weight for weight, _ in rated)
    if not total:
        return None
    return rounded(Decimal(sum(weight * experience for weight, experience in rated)) / total)


def recommendation(answers: Sequence[int]) -> Recommendation:
    """Of answers from 0 to 10 to how likely one is to recommend."""
    promoters = sum(one >= PROMOTER_FROM for one in answers)
    detractors = sum(one <= DETRACTOR_TO for one in answers)
    score = rounded(Decimal(100 * (promoters - detractors)) / len(answers)) if answers else None
    return Recommendation(promoters, len(answers) - promoters - detractors, detractors, score)


def mean(values: Sequence[Decimal | int]) -> Decimal | None:
    """To two decimals; None of nothing."""
    return rounded(Decimal(sum(values)) / len(values)) if values else None


def rounded(value: Decimal) -> Decimal:
    return value.quantize(_HUNDREDTH, ROUND_HALF_UP)
