"""Every event of every producer ends here."""

from collections.abc import Sequence

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
        facts = store(session, messages)
        fold(session, facts)
        answer_requests(session, facts)
