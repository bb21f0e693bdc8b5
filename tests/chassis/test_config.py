"""What a service reads from its environment, and how it says that something there is wrong."""

import logging
from dataclasses import dataclass
from pathlib import Path

import pytest

from chassis.config import ConfigError, Settings, Url, api_port, describe, load, setting


@dataclass(frozen=True)
class ParcelSettings(Settings):
    http_port: int = api_port(8010)
    carrier_url: Url = setting("smtp://127.0.0.1:2525", help="where parcels go")
    label_key: str = setting(help="signs the labels", secret=True)
    insured: bool = setting(False, help="whether parcels are insured")
    folder: Path = setting(Path("var/parcels"), help="where labels are kept")


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FANFARE_LABEL_KEY", "sesame")


def test_a_service_starts_with_nothing_but_its_required_settings() -> None:
    settings = load(ParcelSettings, "parcel")
    assert settings.database_url == "sqlite:///var/parcel.db"
    assert (settings.http_port, settings.probe_port) == (8010, 9010)
    assert settings.public_url == "http://127.0.0.1:8010"
    assert settings.otlp_endpoint is None


def test_settings_are_read_into_their_declared_types(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "HTTP_PORT": "9",
        "GRACE_SECONDS": "2.5",
        "INSURED": "yes",
        "FOLDER": "/tmp/x",
        "OTLP_ENDPOINT": "http://collector:4318",
    }.items():
        monkeypatch.setenv(f"FANFARE_{name}", value)
    settings = load(ParcelSettings, "parcel")
    assert (settings.http_port, settings.grace_seconds, settings.insured) == (9, 2.5, True)
    assert settings.folder == Path("/tmp/x")
    assert settings.otlp_endpoint == "http://collector:4318"
    assert settings.probe_port == 1009


def test_a_variable_of_the_service_wins_over_the_general_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FANFARE_CARRIER_URL", "smtp://everybody:25")
    monkeypatch.setenv("FANFARE_PARCEL_CARRIER_URL", "smtp://mine:25")
    assert load(ParcelSettings, "parcel").carrier_url == "smtp://mine:25"
    assert load(ParcelSettings, "letter").carrier_url == "smtp://everybody:25"


def test_a_file_variable_reads_the_value_from_the_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "key").write_text("from-a-file\n")
    monkeypatch.setenv("FANFARE_PARCEL_LABEL_KEY_FILE", str(tmp_path / "key"))
    assert load(ParcelSettings, "parcel").label_key == "from-a-file"


def test_the_settings_file_is_read_and_the_environment_wins_over_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "fanfare.env").write_text("FANFARE_HTTP_PORT=7000\nFANFARE_BATCH_SIZE=5\n")
    monkeypatch.setenv("FANFARE_CONFIG", str(tmp_path / "fanfare.env"))
    monkeypatch.setenv("FANFARE_BATCH_SIZE", "6")
    settings = load(ParcelSettings, "parcel")
    assert (settings.http_port, settings.batch_size) == (7000, 6)


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("FANFARE_HTTP_PORT", "high", "FANFARE_HTTP_PORT is wrong: not a valid integer."),
        (
            "FANFARE_HTTP_PORT",
            "70000",
            "FANFARE_HTTP_PORT is wrong: must be greater than or equal to 0 and less than or equal to 65535.",
        ),
        ("FANFARE_INSURED", "perhaps", "FANFARE_INSURED is wrong: not a valid boolean."),
        ("FANFARE_GRACE_SECONDS", "nan", None),
        (
            "FANFARE_PARCEL_CARRIER_URL",
            "mars",
            "FANFARE_PARCEL_CARRIER_URL is wrong: not a URL such as scheme://host/path.",
        ),
        (
            "FANFARE_LOG_LEVEL",
            "loud",
            "FANFARE_LOG_LEVEL is wrong: must be one of: debug, info, warning, error.",
        ),
        (
            "FANFARE_LABEL_KEY_FILE",
            "/nowhere",
            "The value of FANFARE_LABEL_KEY_FILE must be a readable file path.",
        ),
        ("FANFARE_CONFIG", "/nowhere", "FANFARE_CONFIG names /nowhere, which is not a file."),
    ],
)
def test_a_wrong_setting_is_named_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, sentence: str | None
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigError) as caught:
        load(ParcelSettings, "parcel")
    assert name in str(caught.value)
    assert "\n" not in str(caught.value)
    assert sentence is None or str(caught.value) == sentence


def test_a_missing_setting_is_named_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FANFARE_LABEL_KEY")
    with pytest.raises(ConfigError) as caught:
        load(ParcelSettings, "parcel")
    assert str(caught.value) == "FANFARE_LABEL_KEY is not set, and the parcel service needs it."


def test_secrets_stay_out_of_the_representation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FANFARE_DATABASE_URL", "postgresql://parcel:hunter2@db/parcel")
    settings = load(ParcelSettings, "parcel")
    assert settings.label_key == "sesame"
    assert "sesame" not in repr(settings)
    assert "hunter2" not in repr(settings)


def test_a_variable_that_looks_like_a_typo_is_warned_about(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("FANFARE_BROKR_URL", "amqp://broker")
    monkeypatch.setenv("FANFARE_PARCEL_COLOUR", "red")
    monkeypatch.setenv("FANFARE_SOMETHING_ELSE", "fine")
    with caplog.at_level(logging.WARNING):
        load(ParcelSettings, "parcel")
    assert caplog.messages == [
        "FANFARE_BROKR_URL is not a setting; is FANFARE_BROKER_URL meant?",
        "FANFARE_PARCEL_COLOUR is not a setting",
    ]


def test_every_setting_is_described_for_the_docs() -> None:
    rows = {row.name: row for row in describe(ParcelSettings)}
    assert rows["FANFARE_HTTP_PORT"].default == "8010"
    assert rows["FANFARE_DATABASE_URL"].default == "sqlite:///var/<service>.db"
    assert (rows["FANFARE_CARRIER_URL"].type, rows["FANFARE_LABEL_KEY"].default) == ("URL", "")
    assert all(row.help for row in rows.values())
