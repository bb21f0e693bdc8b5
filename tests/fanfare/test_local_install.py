"""What the tests run on is installed, or its absence is told."""

from pathlib import Path

import pytest

from fanfare.local import install


@pytest.fixture
def _a_bare_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No program is on the PATH, and the servers run elsewhere."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv(install.POSTGRES_URL, "postgresql+psycopg2://postgres@db.example/postgres")
    monkeypatch.setenv(install.RABBITMQ_URL, "amqp://guest:guest@broker.example//")


@pytest.mark.usefixtures("_a_bare_path")
def test_without_a_browser_the_tests_may_run_and_it_is_told_what_they_will_not_do(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert install.main() == 0
    told = capsys.readouterr().err
    assert "will be skipped" in told
    assert "apt-get install chromium chromium-driver" in told
    assert "There is no SpamAssassin" in told
    assert "There is no Prometheus" in told
