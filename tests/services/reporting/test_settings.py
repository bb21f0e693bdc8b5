"""The key that signs the links is kept under its name: links outlive the process."""

from pathlib import Path

import pytest

from chassis.config import load
from services.reporting.settings import ReportingSettings


def test_the_link_key_is_made_once_beside_the_sqlite_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FANFARE_REPORTING_DATABASE_URL", f"sqlite:///{tmp_path}/var/reporting.db")
    first = load(ReportingSettings, "reporting").link_key
    assert len(first) >= 32
    assert load(ReportingSettings, "reporting").link_key == first
    assert [one.name for one in (tmp_path / "var").iterdir()] == ["reporting-link.key"]
