"""A running service counts campaigns by itself."""

from chassis.database import Database
from chassis.ids import new_id
from fanfare.local.process import wait_until
from services.reporting.archive.actions import store
from services.reporting.projections.actions import fold
from services.reporting.service import ReportingService
from tests.harness.databases import SqliteFiles
from tests.harness.serving import serve
from tests.services.reporting.builders import story
from tests.services.reporting.conftest import KEY
from tests.services.reporting.people import ANNA

SECONDS = 10


def test_what_the_events_changed_shows_without_anybody_asking(sqlite_files: SqliteFiles) -> None:
    url = f"sqlite:///{sqlite_files.migrated('reporting')}"
    database = Database(url, service="reporting")
    with serve(ReportingService, url, link_key=KEY, totals_seconds=0.1) as client:
        with database.transaction() as session:
            fold(session, store(session, story(new_id())))

        def leads() -> object:
            tables = client.get("/reports/overview", as_=ANNA).json()["tables"]
            [row] = [row for row in tables[0]["rows"] if row["figure"] == "leads"]
            return row["count"]

        assert wait_until(lambda: leads() == 2, seconds=SECONDS)
    database.close()
