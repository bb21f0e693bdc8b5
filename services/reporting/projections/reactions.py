"""Every event of every producer ends here."""

from collections.abc import Mapping, Sequence

from chassis.database import Session
from chassis.envelope import Message
from chassis.subscribe import subscribe_all
from services.reporting.archive.actions import store
from services.reporting.privacy.actions import answer_requests
from services.reporting.projections.actions import fold


class ProjectionReactions:
    """Archives what arrives, folds it, and answers people who ask of themselves, in one transaction."""

    @subscribe_all("reporting.facts")
    def on_facts(self, session: Session, messages: Sequence[Message]) -> None:
        take_in(session, messages)


def take_in(
    session: Session, messages: Sequence[Message], *, positions: Mapping[str, int] | None = None
) -> None:
    """Archive, fold and answer; ``positions`` are those that some had in the archive before."""
    facts = store(session, messages, positions=positions)
    fold(session, facts)
    answer_requests(session, facts)
