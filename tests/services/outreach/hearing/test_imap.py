"""A mailbox on a real IMAP server is read without losing or doubling a mail."""

from collections.abc import Iterator

import pytest

from services.outreach.hearing import imap
from services.outreach.hearing.imap import ImapReader, Mailbox
from tests.services.outreach.hearing.dovecot import PACKAGE, Dovecot, find_program
from tests.services.outreach.hearing.mails import a_bounce, a_letter
from tests.services.outreach.hearing.postbox import Postbox

PROGRAM = find_program()

needs_dovecot = pytest.mark.skipif(PROGRAM is None, reason=f"Debian's {PACKAGE} is not installed")


@pytest.fixture
def server() -> Iterator[Dovecot]:
    assert PROGRAM is not None
    with Dovecot(PROGRAM) as dovecot:
        yield dovecot


def reader_of(server: Dovecot, postbox: Postbox, *, most_bytes: int = 100_000) -> ImapReader:
    return ImapReader(Mailbox.at(server.url), postbox.database, pause=0, most_bytes=most_bytes)


def read_all(reader: ImapReader) -> int:
    """Steps until nothing is new. Returns how many had something."""
    return sum(iter(reader.step, False))


@needs_dovecot
def test_mails_are_kept_and_then_marked_as_seen(server: Dovecot, postbox: Postbox) -> None:
    server.deliver(f"Delivered-To: {postbox.return_path}\n".encode() + a_bounce())
    assert read_all(reader_of(server, postbox)) == 1
    assert server.seen() == 1
    postbox.sorter.step()
    mail = postbox.last()
    assert (mail.source, mail.verdict, mail.found_by) == ("imap", "hard", "return_path")


@needs_dovecot
def test_what_came_later_is_read_and_nothing_twice(server: Dovecot, postbox: Postbox) -> None:
    reader = reader_of(server, postbox)
    for number in range(3):
        server.deliver(a_letter(f"Reply {number}"))
        read_all(reader)
    read_all(reader_of(server, postbox))
    assert len(postbox.mails()) == 3


@needs_dovecot
def test_many_mails_are_read_in_batches(server: Dovecot, postbox: Postbox) -> None:
    for number in range(imap.BATCH + 3):
        server.deliver(a_letter(f"Reply {number}"))
    assert read_all(reader_of(server, postbox)) == 2
    assert len(postbox.mails()) == server.seen() == imap.BATCH + 3


@needs_dovecot
def test_a_crash_before_the_mark_doubles_nothing_and_the_mark_comes_later(
    server: Dovecot, postbox: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.deliver(a_bounce())
    with monkeypatch.context() as patch:
        patch.setattr(imap, "_mark_seen", lambda *_: None)
        read_all(reader_of(server, postbox))
    assert server.seen() == 0
    read_all(reader_of(server, postbox))
    assert (len(postbox.mails()), server.seen()) == (1, 1)


@needs_dovecot
def test_a_folder_that_counts_anew_is_read_anew_and_doubles_nothing(
    server: Dovecot, postbox: Postbox
) -> None:
    server.deliver(a_letter("One"))
    read_all(reader_of(server, postbox))
    server.stop()
    server.begin_anew()
    server.start()
    server.deliver(a_letter("Two"))
    read_all(reader_of(server, postbox))
    assert len(postbox.mails()) == 2


@needs_dovecot
def test_of_a_mail_that_is_too_large_the_beginning_is_kept(server: Dovecot, postbox: Postbox) -> None:
    server.deliver(a_bounce() + b"x" * 50_000)
    read_all(reader_of(server, postbox, most_bytes=4096))
    assert postbox.last().size == 4096


@needs_dovecot
def test_a_server_that_goes_away_is_waited_for(server: Dovecot, postbox: Postbox) -> None:
    reader = reader_of(server, postbox)
    read_all(reader)
    server.deliver(a_letter("Reply"))
    server.kill()
    assert reader.step() is False
    server.start()
    assert read_all(reader_of(server, postbox)) == 1


@pytest.mark.parametrize(
    ("url", "port", "tls", "folder"),
    [
        ("imaps://joe:pw@mail.example/", 993, True, "INBOX"),
        ("imaps://joe:pw@mail.example:9930/Bounces", 9930, True, "Bounces"),
        ("imap://joe%40x.example:a%2Fb@mail.example/Fan%20mail", 143, False, "Fan mail"),
    ],
)
def test_a_mailbox_is_read_from_its_address(url: str, port: int, tls: bool, folder: str) -> None:
    mailbox = Mailbox.at(url)
    assert (mailbox.port, mailbox.tls, mailbox.folder) == (port, tls, folder)


@pytest.mark.parametrize("url", ["pop3://joe:pw@mail.example", "imaps://mail.example", "imaps:///INBOX"])
def test_what_is_no_mailbox_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="IMAP URL"):
        Mailbox.at(url)
