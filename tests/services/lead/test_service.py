"""The lead service as a whole: what it listens to, what it promises, what its workers are."""

from pathlib import Path

import pytest

from chassis.config import Settings
from chassis.database import Database
from chassis.subscribe import subscriptions_of
from services.lead.service import LeadService
from services.lead.worker import workers
from tests.services.lead.builders import SETTINGS


def test_it_reacts_to_starts_answers_and_suppressions() -> None:
    followed = {one.queue.name: set(one.by_type) for one in subscriptions_of(LeadService())}
    assert followed == {
        "lead.campaigns": {
            "campaign.started.v1",
            "campaign.contacts_listed.v1",
            "campaign.responded.v1",
            "campaign.leads_wanted.v1",
        },
        "lead.suppressions": {"suppression.added.v1", "suppression.removed.v1"},
        "lead.submissions": {"submission.confirmed.v1"},
        "lead.mailings": {"mailing.outcomes.v1", "mailing.feedback.v1", "mailing.opened.v1"},
        "lead.privacy": {
            "campaigndata.answered.v1",
            "financedata.answered.v1",
            "outreachdata.answered.v1",
            "reportingdata.answered.v1",
        },
    }


def test_it_has_workers_for_files_segments_and_leads_that_are_due(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'unused.db'}", service="lead")
    assert [worker.name for worker in workers(SETTINGS, database)] == [
        "importer",
        "resolver",
        "waker",
        "privacy-keeper",
        "overdue-accepter",
        "reassigner",
        "clockwork",
        "holiday-renewer",
    ]


def test_workers_need_the_settings_of_the_service(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'unused.db'}", service="lead")
    with pytest.raises(TypeError, match="settings"):
        workers(Settings(service="lead"), database)
