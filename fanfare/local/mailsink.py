"""An SMTP server that delivers nothing: it keeps each mail as a file, or only counts them.

``python -m fanfare.local.mailsink --folder DIR`` prints the address it listens on. Mails stand in
``DIR/new`` in the way of a maildir, one file for each recipient; a counting sink adds one byte for
each recipient to ``DIR/count``.
"""

import asyncio
import itertools
import os
import re
import signal
import sys
import tempfile
import time
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Self

import click
from aiosmtpd.smtp import SMTP

from fanfare.local.ports import HOST, free_port, is_open
from fanfare.local.process import Child

LARGEST_MAIL = 64 * 1024 * 1024
_number = itertools.count()


class Keep:
    """Writes each mail to a file under its recipient's name."""

    def __init__(self, folder: Path) -> None:
        self.unfinished, self.finished = folder / "tmp", folder / "new"
        for place in (self.unfinished, self.finished):
            place.mkdir(parents=True, exist_ok=True)

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:
        for recipient in envelope.rcpt_tos:
            name = _file_name(recipient)
            head = f"Return-Path: <{envelope.mail_from}>\r\nDelivered-To: {recipient}\r\n".encode()
            (self.unfinished / name).write_bytes(head + envelope.content)
            (self.unfinished / name).rename(self.finished / name)
        return "250 Kept"


class Count:
    """Counts mails and forgets them."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._file = os.open(_counter(folder), os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:
        os.write(self._file, b"." * len(envelope.rcpt_tos))
        return "250 Counted"


class MailSink:
    """A sink in a process of its own, for tests and the demo. Without a ``port`` it takes a free one."""

    def __init__(
        self,
        folder: Path | None = None,
        *,
        counting: bool = False,
        host: str = HOST,
        port: int | None = None,
    ) -> None:
        self.folder = folder or Path(tempfile.mkdtemp(prefix="fanfare-mail-"))
        self.folder.mkdir(parents=True, exist_ok=True)
        self.host, self.port = host, port or free_port()
        command = [sys.executable, "-m", "fanfare.local.mailsink", "--host", host, "--port", str(self.port)]
        command += ["--folder", str(self.folder), *(["--count"] if counting else [])]
        self.process = Child("mailsink", command, log=self.folder / "sink.log")

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def url(self) -> str:
        return f"smtp://{self.host}:{self.port}"

    def start(self) -> Self:
        """Start it and wait until it accepts connections."""
        self.process.start()
        self.process.wait_ready(lambda: is_open(self.port, host=self.host), seconds=20)
        return self

    def stop(self) -> None:
        self.process.stop(grace=5)

    def messages(self) -> list[EmailMessage]:
        return messages(self.folder)

    def count(self) -> int:
        return count(self.folder)


def messages(folder: Path) -> list[EmailMessage]:
    """The kept mails in the order of their arrival; ``Delivered-To`` is the envelope's recipient."""
    files = sorted((folder / "new").glob("*.eml"))
    return [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]


def count(folder: Path) -> int:
    """How many mails a sink took, counted by recipient."""
    counter = _counter(folder)
    return counter.stat().st_size if counter.exists() else sum(1 for _ in (folder / "new").glob("*.eml"))


def _counter(folder: Path) -> Path:
    return folder / "count"


def _file_name(recipient: str) -> str:
    safe = re.sub(r"[^A-Za-z0-9@._+-]", "_", recipient)[:100]
    return f"{time.time_ns():020d}.{os.getpid()}.{next(_number):08d}.{safe}.eml"


async def _serve(handler: Keep | Count, *, host: str, port: int) -> None:
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    server = await loop.create_server(
        lambda: SMTP(
            handler, hostname="mailsink", enable_SMTPUTF8=True, data_size_limit=LARGEST_MAIL, loop=loop
        ),
        host=host,
        port=port,
        backlog=1000,
    )
    async with server:
        print(f"{host}:{server.sockets[0].getsockname()[1]}", flush=True)
        await stopped.wait()


@click.command()
@click.option("--port", default=0, show_default=True, help="port to listen on; 0 takes a free one")
@click.option("--host", default=HOST, show_default=True, help="address to listen on")
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False), required=True)
@click.option("--count", "counting", is_flag=True, help="count the mails instead of keeping them")
def main(port: int, host: str, folder: Path, counting: bool) -> None:
    """Take mails over SMTP and keep or count them."""
    asyncio.run(_serve(Count(folder) if counting else Keep(folder), host=host, port=port))


if __name__ == "__main__":
    main()
