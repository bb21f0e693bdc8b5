"""How the sender gets on with mail servers that want encryption and a password."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from fanfare.local.ports import HOST, free_port, is_open
from fanfare.local.process import Child, wait_until
from services.outreach.channels.email.server import Server
from tests.harness.databases import DatabaseFactory
from tests.services.outreach.builders import a_card, a_mailing, mailing_of
from tests.services.outreach.channels.email.guarded_server import PASSWORD, USER
from tests.services.outreach.senders import SOURCE, StartSender

StartGuarded = Callable[[str], int]


@pytest.fixture
def start_guarded(tmp_path: Path) -> Iterator[StartGuarded]:
    """Starts a guarded server in the test's folder, ``starttls`` or ``tls``. Returns its port."""
    started: list[Child] = []

    def start(way: str) -> int:
        port = free_port()
        command = [sys.executable, "-m", "tests.services.outreach.channels.email.guarded_server"]
        server = Child(
            "guarded", [*command, str(port), str(tmp_path), way], log=tmp_path / "log", folder=SOURCE
        )
        started.append(server.start())
        server.wait_ready(lambda: is_open(port), seconds=20)
        return port

    yield start
    for server in started:
        server.kill()


@pytest.mark.parametrize(("way", "scheme"), [("starttls", "smtp"), ("tls", "smtps")])
def test_a_mail_goes_out_encrypted_and_with_the_password(
    *,
    way: str,
    scheme: str,
    fresh_database: DatabaseFactory,
    start_sender: StartSender,
    start_guarded: StartGuarded,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    database = fresh_database("outreach")
    card = a_card()
    mailing_id = a_mailing(database, [card])
    url = f"{scheme}://{USER}:{quote(PASSWORD, safe='')}@{HOST}:{start_guarded(way)}"
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
    sender = start_sender(database, smtp_url=url)
    assert wait_until(lambda: mailing_of(database, mailing_id).accepted == 1, seconds=40), sender.tail()
    assert (tmp_path / "arrived").read_text() == f"{card.email}\n"


def test_a_password_is_not_sent_to_a_server_with_a_certificate_that_nobody_trusts(
    fresh_database: DatabaseFactory, start_sender: StartSender, start_guarded: StartGuarded
) -> None:
    database = fresh_database("outreach")
    mailing_id = a_mailing(database, [a_card()])
    url = f"smtp://{USER}:{quote(PASSWORD, safe='')}@{HOST}:{start_guarded('starttls')}"
    sender = start_sender(database, smtp_url=url)
    assert wait_until(lambda: "CERTIFICATE_VERIFY_FAILED" in sender.tail(), seconds=40), sender.tail()
    assert mailing_of(database, mailing_id).state == "sending"


@pytest.mark.parametrize(
    ("url", "host", "port", "tls"),
    [
        ("smtp://mail.example", "mail.example", 25, False),
        ("smtps://mail.example", "mail.example", 465, True),
        ("smtp://mail.example:587", "mail.example", 587, False),
    ],
)
def test_a_server_is_named_by_its_url(url: str, host: str, port: int, *, tls: bool) -> None:
    server = Server.at(url, seconds=1)
    assert (server.host, server.port, server.tls) == (host, port, tls)


def test_another_scheme_is_refused() -> None:
    with pytest.raises(ValueError, match="smtp"):
        Server.at("http://mail.example", seconds=1)
