"""The listener, over real SMTP: what it says 250 to is kept, and it takes no mail for others."""

import os
import smtplib
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from chassis.database import Database
from fanfare.local.ports import HOST, free_port, is_open
from fanfare.local.process import Child, wait_until
from tests.harness.databases import DatabaseFactory, SqliteFiles
from tests.services.outreach.builders import LINK_KEY
from tests.services.outreach.hearing.mails import a_bounce
from tests.services.outreach.hearing.postbox import BOUNCES, Postbox

SOURCE = Path(__file__).parents[4]
LIMIT = 20_000


class Listening:
    """A worker process of outreach that listens on ``port``; keyword arguments are settings."""

    def __init__(self, database: Database, folder: Path, **settings: object) -> None:
        self.port = free_port()
        values = {
            "database_url": database.url.render_as_string(hide_password=False),
            "link_key": LINK_KEY,
            "mail_from": "News <news@example.com>",
            "bounce_address": BOUNCES,
            "inbound_smtp_port": self.port,
            "inbound_max_bytes": LIMIT,
            "inbound_max_recipients": 3,
            **settings,
        }
        environment = {name: value for name, value in os.environ.items() if not name.startswith("FANFARE_")}
        environment |= {f"FANFARE_OUTREACH_{name.upper()}": str(value) for name, value in values.items()}
        command = [sys.executable, "-m", "fanfare", "work", "outreach", "--probe-port", "0"]
        log = folder / "listener.log"
        self.process = Child("listener", command, log=log, environment=environment, folder=SOURCE)
        self.process.start()
        self.process.wait_ready(lambda: is_open(self.port), seconds=60)

    def talk(self) -> smtplib.SMTP:
        return smtplib.SMTP(HOST, self.port, "mx.example.org", timeout=20)

    def talks(self) -> bool:
        """Whether it takes one more connection."""
        try:
            self.talk().quit()
        except (smtplib.SMTPException, OSError):
            return False
        return True


Listen = Callable[..., Listening]


@pytest.fixture
def listen(postbox: Postbox, tmp_path: Path) -> Iterator[Listen]:
    """Starts a listener of one's own."""
    started: list[Listening] = []

    def start(**settings: object) -> Listening:
        started.append(Listening(postbox.database, tmp_path, **settings))
        return started[-1]

    yield start
    for one in started:
        one.process.kill()


@pytest.fixture(scope="module")
def shared(sqlite_files: SqliteFiles, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Listening]:
    """A listener that tests share which only talk to it."""
    factory = DatabaseFactory(sqlite_files, lambda: pytest.fail("SQLite is enough"))
    listening = Listening(factory("outreach", "sqlite"), tmp_path_factory.mktemp("listener"))
    yield listening
    listening.process.kill()
    factory.close()


@pytest.fixture
def client(shared: Listening) -> Iterator[smtplib.SMTP]:
    with shared.talk() as talk:
        talk.ehlo()
        talk.mail("")
        yield talk


def code_of(answer: tuple[int, bytes]) -> int:
    return answer[0]


def test_a_bounce_is_kept_before_it_is_answered_and_reaches_its_delivery(
    postbox: Postbox, listen: Listen
) -> None:
    with listen().talk() as talk:
        talk.sendmail("", [postbox.return_path, "news@example.com"], a_bounce())
        assert len(postbox.mails()) == 1
    assert wait_until(lambda: postbox.last().state == "done", seconds=20)
    mail = postbox.last()
    assert (mail.source, mail.sender) == ("smtp", "")
    assert mail.recipients == [postbox.return_path, "news@example.com"]
    assert (mail.verdict, mail.found_by) == ("hard", "return_path")
    assert postbox.feedback() == ("bounced_hard", "unknown_user")


def test_what_was_kept_survives_a_kill_and_half_a_mail_is_no_mail(postbox: Postbox, listen: Listen) -> None:
    listening = listen(lease_seconds=1)
    half = listening.talk()
    half.ehlo()
    half.mail("")
    half.rcpt(postbox.return_path)
    half.docmd("DATA")
    half.send(b"Subject: half\r\n\r\nand then")
    for _ in range(2):
        with listening.talk() as talk:
            talk.sendmail("", [postbox.return_path], a_bounce())
    listening.process.kill()
    assert len(postbox.mails()) == 1
    listen(lease_seconds=1)
    assert wait_until(lambda: postbox.last().state == "done", seconds=20)


@pytest.mark.parametrize(
    "address",
    [
        "joe@elsewhere.example",
        "bounce@elsewhere.example",
        "other@example.com",
        "joe%elsewhere.example@example.com",
        '"joe@elsewhere.example"@example.com',
    ],
)
def test_nobody_relays_through_us(client: smtplib.SMTP, address: str) -> None:
    assert code_of(client.rcpt(address)) in {550, 553}
    assert code_of(client.docmd("DATA")) == 503


@pytest.mark.parametrize(
    "address", ["news@example.com", "NEWS@Example.COM", "news+x@example.com", "bounce+0@example.com"]
)
def test_mail_is_taken_for_our_own_addresses(client: smtplib.SMTP, address: str) -> None:
    assert code_of(client.rcpt(address)) == 250


def test_a_mail_that_is_too_large_is_refused_and_the_talk_goes_on(client: smtplib.SMTP) -> None:
    assert client.esmtp_features["size"] == str(LIMIT)
    client.rcpt(BOUNCES)
    assert code_of(client.data(b"Subject: x\n\n" + b"a line\n" * 4000)) == 552
    client.mail("")
    client.rcpt(BOUNCES)
    assert code_of(client.data(a_bounce())) == 250


def test_a_talk_without_end_is_cut(client: smtplib.SMTP) -> None:
    client.rcpt(BOUNCES)
    client.docmd("DATA")
    assert client.sock is not None
    with pytest.raises(OSError):
        for _ in range(1000):
            client.sock.sendall(b"x" * 10_000)
    client.close()


def test_one_recipient_too_many_is_asked_to_come_later(client: smtplib.SMTP) -> None:
    codes = [code_of(client.rcpt(f"bounce+{number}@example.com")) for number in range(4)]
    assert codes == [250, 250, 250, 452]


def test_without_a_certificate_none_is_offered(client: smtplib.SMTP) -> None:
    assert not client.has_extn("starttls")
    assert not client.has_extn("auth")


class TestWithItsOwnListener:
    """On one kind of database; the other talks no other way."""

    @pytest.fixture
    def backend(self) -> str:
        return "sqlite"

    def test_one_connection_too_many_is_asked_to_come_later(self, listen: Listen) -> None:
        listening = listen(inbound_connections=2)
        talks = [listening.talk(), listening.talk()]
        with pytest.raises(smtplib.SMTPConnectError) as refused:
            listening.talk()
        assert refused.value.smtp_code == 421
        for talk in talks:
            talk.quit()
        assert wait_until(listening.talks, seconds=10)

    def test_with_a_certificate_the_talk_is_encrypted(
        self, postbox: Postbox, listen: Listen, tmp_path: Path
    ) -> None:
        certificate, key = tmp_path / "cert.pem", tmp_path / "key.pem"
        command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
        command += ["-subj", f"/CN={HOST}", "-addext", f"subjectAltName=IP:{HOST}"]
        subprocess.run([*command, "-keyout", key, "-out", certificate], check=True, capture_output=True)
        with listen(inbound_tls_cert=certificate, inbound_tls_key=key).talk() as talk:
            talk.ehlo()
            assert code_of(talk.starttls(context=ssl.create_default_context(cafile=certificate))) == 220
            talk.ehlo()
            assert not talk.has_extn("auth")
            talk.sendmail("", [postbox.return_path], a_bounce())
        assert len(postbox.mails()) == 1

    def test_what_cannot_be_kept_is_asked_to_come_later(self, postbox: Postbox, listen: Listen) -> None:
        with listen().talk() as talk, postbox.database.engine.connect() as connection:
            connection.exec_driver_sql("ALTER TABLE inbound_mails RENAME TO elsewhere")
            connection.commit()
            talk.ehlo()
            talk.mail("")
            talk.rcpt(postbox.return_path)
            assert code_of(talk.data(a_bounce())) == 451
            connection.exec_driver_sql("ALTER TABLE elsewhere RENAME TO inbound_mails")
            connection.commit()
            talk.sendmail("", [postbox.return_path], a_bounce())
        assert len(postbox.mails()) == 1
