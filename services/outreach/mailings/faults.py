"""Counts for the metrics how deliveries ended, and whose fault it was that some did not arrive.

Ours is what never came to an answer of the other side: a copy that could not be written, a mail server that
was not reached for days, a sender that died with mails in the air. What the other side refused is theirs.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Final

from chassis.metrics import counter
from services.outreach.mailings.ledger import Ending
from services.outreach.mailings.model import ENDED, FAILED, UNCERTAIN

SENDER_LOST: Final = "sender_lost"
OURS: Final = "ours"
THEIRS: Final = "theirs"

ended = counter(
    "outreach_deliveries_total",
    "Deliveries that ended, by outcome.",
    ("outcome",),
    starts=[(one,) for one in ENDED],
)
blamed = counter(
    "outreach_delivery_faults_total",
    "Deliveries that failed or are uncertain, by whose fault that was: ours, or that of the other side.",
    ("whose",),
    starts=[(OURS,), (THEIRS,)],
)


def whose_fault(ending: Ending) -> str | None:
    """Whose fault it is that a copy did not arrive; None where it did, or was not to be sent."""
    if ending.outcome == FAILED:
        return THEIRS if ending.answer else OURS
    if ending.outcome == UNCERTAIN:
        return OURS if ending.reason == SENDER_LOST else THEIRS
    return None


def count(endings: Iterable[Ending]) -> None:
    """Count deliveries that have ended."""
    known = list(endings)
    for outcome, number in Counter(one.outcome for one in known).items():
        ended.labels(outcome=outcome).inc(number)
    for whose, number in Counter(filter(None, map(whose_fault, known))).items():
        blamed.labels(whose=whose).inc(number)
