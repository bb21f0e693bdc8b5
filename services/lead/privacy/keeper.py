"""The worker that lets go the copies of people's data when their time is over."""

from datetime import timedelta

from sqlalchemy import exists, func, select

from chassis.auth import Actor
from chassis.clock import now
from chassis.database import Database
from chassis.metrics import gauge
from services.lead.privacy.actions import forget_copies
from services.lead.privacy.model import CLOSED, OPEN, PrivacyAnswer, PrivacyRequest
from services.lead.settings import LeadSettings

PAUSE_SECONDS = 60.0

overdue = gauge(
    "lead_privacy_requests_overdue", "Open requests of people about their own data, past their deadline."
)


class PrivacyKeeper:
    """Looks once a minute; several of them do no harm."""

    name = "privacy-keeper"

    def __init__(self, settings: LeadSettings, database: Database) -> None:
        self._keep = timedelta(days=settings.privacy_keep_days)
        self._database = database
        self._actor = Actor.system("lead")
        self._next_at = now()

    def step(self) -> bool:
        """Let go the copies of some requests. True when there were any."""
        if now() < self._next_at:
            return False
        before = now() - self._keep
        with self._database.reading(self._actor) as session:
            late = select(func.count()).where(PrivacyRequest.state == OPEN, PrivacyRequest.due_at < now())
            overdue.set(session.scalar(late) or 0)
            old = exists().where(
                PrivacyRequest.state == CLOSED,
                PrivacyRequest.closed_at < before,
                PrivacyAnswer.request_id == PrivacyRequest.id,
                PrivacyAnswer.records != [],
            )
            due = session.scalar(select(old))
        if not due:
            self._next_at = now() + timedelta(seconds=PAUSE_SECONDS)
            return False
        with self._database.transaction(self._actor) as session:
            return forget_copies(session, before=before) > 0
