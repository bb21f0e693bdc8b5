"""``fanfare demo`` as a newcomer uses it: with an own export until Ctrl-C, and with one that is no use."""

import os
import signal
import sys
from pathlib import Path

import pytest

from fanfare.local.process import Child, descendants, wait_until

pytestmark = [pytest.mark.embedded, pytest.mark.slow, pytest.mark.timeout(300)]

SECONDS = 200
OWN = """\
Vorname;Nachname;Firma;E-Mail-Adresse;Telefonnummer;Bundesland;Haarfarbe
Jürgen;Groß;Werkzeug & Söhne;juergen@example.org;030 23125 001;Berlin;grau
Änne;Kühn;;aenne@example.net;;Bayern;
Ohne;Adresse;;;;Hessen;braun
Kein;Klammeraffe;;kein.example.com;;Hessen;blond
"""


def started(folder: Path, *options: str) -> Child:
    """The command as a process whose log is what it printed."""
    command = [sys.executable, "-m", "fanfare", "demo", "--folder", str(folder / "run"), *options]
    return Child(
        "demo", command, log=folder / "printed", environment=os.environ, stop_signal=signal.SIGINT
    ).start()


def test_an_own_export_is_mapped_by_guess_its_faults_are_told_and_ctrl_c_leaves_nobody_behind(
    tmp_path: Path,
) -> None:
    export = tmp_path / "Kunden.csv"
    export.write_bytes(OWN.encode("cp1252"))
    demo = started(tmp_path, "--contacts", str(export), "--country", "DE")
    assert wait_until(lambda: "until Ctrl-C" in demo.tail() or not demo.alive, seconds=SECONDS)
    assert demo.alive, demo.tail()
    below = descendants(demo.pid)
    assert demo.stop(grace=60) == 0, demo.tail()
    assert below and wait_until(
        lambda: not [pid for pid in below if Path(f"/proc/{pid}").exists()], seconds=10
    )
    printed = demo.tail(lines=1000)
    assert '"Vorname" → given_name' in printed and '"E-Mail-Adresse" → email' in printed
    assert "Haarfarbe" not in printed
    assert "4 rows: 2 created, 0 updated (the same person again), 2 rejected" in printed
    assert "line 4: the row has neither" in printed and "line 5: email: " in printed
    assert "2 mails accepted" in printed
    assert "figures agree with the evaluation" in printed


def test_an_export_without_any_address_is_told_in_one_sentence(tmp_path: Path) -> None:
    export = tmp_path / "phones.csv"
    export.write_text("Name,Phone\nAnn Lee,+1 202-555-0143\n")
    demo = started(tmp_path, "--once", "--contacts", str(export))
    assert demo.wait(seconds=SECONDS), demo.tail()
    assert demo.exit_code == 1
    assert (
        demo.tail(lines=1)
        == f"Error: No contact from {export} has an email address: there is nobody to mail."
    )
