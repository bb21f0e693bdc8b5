"""kill -9 of the importer and of its undo in the short form; the drill ``kill-importer`` is the long one."""

from pathlib import Path

import pytest

from bench.chaos.kill_importer import Size, drill
from tests.harness.databases import POSTGRESQL, DatabaseFactory


@pytest.mark.slow
def test_an_importer_that_is_killed_loses_and_doubles_nobody_and_its_undo_restores_the_store(
    fresh_database: DatabaseFactory, tmp_path: Path
) -> None:
    verdict = drill(
        fresh_database.url("lead", POSTGRESQL), folder=tmp_path, size=Size(2_000), kills=(2, 1), batch=25
    )
    assert verdict.kept, str(verdict)
    assert verdict.notes.startswith("3 kills"), "a kill came too late to prove anything"
