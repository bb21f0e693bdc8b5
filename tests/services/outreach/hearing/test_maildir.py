"""A maildir is read without losing or doubling a mail."""

from pathlib import Path

import pytest

from chassis.database import Database
from services.outreach.hearing import maildir
from services.outreach.hearing.maildir import MaildirReader
from tests.services.outreach.hearing.mails import a_bounce, a_letter
from tests.services.outreach.hearing.postbox import Postbox


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("new", "cur", "tmp"):
        (tmp_path / "mail" / name).mkdir(parents=True)
    return tmp_path / "mail"


def reader_of(folder: Path, database: Database, *, most_bytes: int = 100_000) -> MaildirReader:
    return MaildirReader(folder, database, most_bytes=most_bytes)


def deliver(folder: Path, name: str, raw: bytes) -> None:
    (folder / "new" / name).write_bytes(raw)


def test_new_mails_are_kept_and_move_to_cur(postbox: Postbox, folder: Path) -> None:
    deliver(folder, "1.a.host", f"Delivered-To: {postbox.return_path}\n".encode() + a_bounce())
    assert reader_of(folder, postbox.database).step() is True
    assert [path.name for path in (folder / "cur").iterdir()] == ["1.a.host:2,S"]
    assert list((folder / "new").iterdir()) == []
    postbox.sorter.step()
    mail = postbox.last()
    assert (mail.source, mail.verdict, mail.found_by) == ("maildir", "hard", "return_path")


def test_the_sender_of_a_mail_in_a_maildir_is_its_return_path(postbox: Postbox, folder: Path) -> None:
    head = f"Return-Path: <lin@example.org>\nDelivered-To: {postbox.return_path}\n"
    deliver(folder, "1.a.host", head.encode() + a_letter("Yes"))
    reader_of(folder, postbox.database).step()
    postbox.sorter.step()
    assert postbox.last().kind == "reply"


def test_a_crash_before_the_move_doubles_nothing(
    postbox: Postbox, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver(folder, "1.a.host", a_bounce())
    reader = reader_of(folder, postbox.database)
    with monkeypatch.context() as patch:
        patch.setattr(MaildirReader, "_move", lambda *_: None)
        reader.step()
    assert (folder / "new" / "1.a.host").exists()
    reader.step()
    assert len(postbox.mails()) == 1
    assert list((folder / "new").iterdir()) == []


def test_many_mails_are_taken_in_batches(postbox: Postbox, folder: Path) -> None:
    for number in range(maildir.BATCH + 3):
        deliver(folder, f"{number:03}.a.host", a_letter(f"Reply {number}"))
    reader = reader_of(folder, postbox.database)
    assert [reader.step() for _ in range(3)] == [True, True, False]
    assert len(postbox.mails()) == maildir.BATCH + 3


def test_of_a_mail_that_is_too_large_the_beginning_is_kept(postbox: Postbox, folder: Path) -> None:
    deliver(folder, "1.a.host", a_bounce() + b"x" * 50_000)
    reader_of(folder, postbox.database, most_bytes=4096).step()
    assert postbox.last().size == 4096


def test_a_folder_that_is_not_there_is_waited_for(postbox: Postbox, tmp_path: Path) -> None:
    reader = reader_of(tmp_path / "nowhere", postbox.database)
    assert [reader.step(), reader.step()] == [False, False]
