"""A key that nobody gives is made once and kept, by a service that has its database to itself."""

import os
import stat
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from chassis.config import ConfigError, Settings, load
from chassis.keys import kept_key, keys_in

READ = """
import sys
from tests.chassis.test_keys import key_beside
print(key_beside(sys.argv[1]))
"""


@dataclass(frozen=True, kw_only=True)
class ParcelSettings(Settings):
    label_key: str = kept_key("label", help="signs the labels")


def key_beside(database: Path | str) -> str:
    return ParcelSettings(service="parcel", database_url=f"sqlite:///{database}").label_key


def test_the_key_is_made_once_beside_the_sqlite_file_for_its_owner_alone(tmp_path: Path) -> None:
    first = key_beside(tmp_path / "var" / "parcel.db")
    assert len(first) >= 32
    assert key_beside(tmp_path / "var" / "parcel.db") == first
    [kept] = (tmp_path / "var").iterdir()
    assert (kept.name, stat.S_IMODE(kept.stat().st_mode)) == ("parcel-label.key", 0o600)


def test_processes_that_start_together_agree_on_one_key(tmp_path: Path) -> None:
    command = [sys.executable, "-c", READ, str(tmp_path / "parcel.db")]
    processes = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    found = {process.communicate()[0] for process in processes}
    assert found == {f"{key_beside(tmp_path / 'parcel.db')}\n"}
    assert os.listdir(tmp_path) == ["parcel-label.key"]


def test_a_database_in_memory_keeps_no_key() -> None:
    assert key_beside(":memory:") != key_beside(":memory:")


def test_the_key_must_be_given_on_a_shared_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FANFARE_PARCEL_DATABASE_URL", "postgresql://somewhere/parcel")
    with pytest.raises(ConfigError, match="FANFARE_PARCEL_LABEL_KEY is not set, and the parcel service"):
        load(ParcelSettings, "parcel")


def test_a_short_key_is_refused_wherever_it_comes_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "parcel-label.key").touch()
    with pytest.raises(ConfigError, match=r"parcel-label\.key holds no key"):
        key_beside(tmp_path / "parcel.db")
    monkeypatch.setenv("FANFARE_PARCEL_LABEL_KEY", "short")
    with pytest.raises(ConfigError, match="FANFARE_PARCEL_LABEL_KEY is wrong: it needs at least 32"):
        load(ParcelSettings, "parcel")


def test_former_keys_stand_in_lines_below_and_each_is_long_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    new, former = "n" * 32, "f" * 40
    monkeypatch.setenv("FANFARE_PARCEL_LABEL_KEY", f"{new}\n{former}\n")
    assert keys_in(load(ParcelSettings, "parcel").label_key) == (new, former)
    monkeypatch.setenv("FANFARE_PARCEL_LABEL_KEY", f"{new}\n\nshort\n")
    with pytest.raises(ConfigError, match="it needs at least 32 characters in each line"):
        load(ParcelSettings, "parcel")


def test_a_key_may_hold_blanks() -> None:
    assert keys_in("  a key of some words\n\n and another \n") == ("a key of some words", "and another")
