"""The key that signs the links is kept, or asked for."""

from pathlib import Path

import pytest

from chassis.config import ConfigError, load
from services.reporting.settings import ReportingSettings


def test_the_link_key_is_made_once_beside_the_sqlite_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FANFARE_REPORTING_DATABASE_URL", f"sqlite:///{tmp_path}/var/reporting.db")
    first = load(ReportingSettings, "reporting").link_key
    assert len(first) >= 32
    assert load(ReportingSettings, "reporting").link_key == first
    assert [one.name for one in (tmp_path / "var").iterdir()] == ["reporting-link.key"]


def test_the_link_key_must_be_given_on_a_shared_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FANFARE_REPORTING_DATABASE_URL", "postgresql://somewhere/reporting")
    with pytest.raises(ConfigError, match="FANFARE_REPORTING_LINK_KEY is not set"):
        load(ReportingSettings, "reporting")


def test_a_short_link_key_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FANFARE_REPORTING_LINK_KEY", "short")
    with pytest.raises(ConfigError, match="at least 32 characters"):
        load(ReportingSettings, "reporting")
