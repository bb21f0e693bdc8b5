"""A fast mail server that notes the recipient of every mail it has whole, and treats some people badly.

``python -m bench.chaos.mail_server PORT LOG``. A recipient stands in the log before any answer to the
mail is given: that is who would have got it. The first word of a recipient's name says how it is
treated; whoever has none of these words gets his mail.

busy: 450 at RCPT, always. again: 451 after the dot, the first time. refuse: 550. cut: hangs up in the
middle of the mail. vanish: takes the mail and hangs up without an answer. stall: never answers RCPT.
mute: takes the mail and never answers.
"""

import asyncio
import os
import re
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Self

from fanfare.local.ports import HOST, free_port, is_open
from fanfare.local.process import Child

HELLO = b"250-drill\r\n250-PIPELINING\r\n250 8BITMIME\r\n"
SOURCE = Path(__file__).resolve().parents[2]
_ADDRESS = re.compile(rb"<([^>]*)>")


class Session(asyncio.Protocol):
    """One session. ``met`` are those who were treated badly once."""

    def __init__(self, log: int, met: set[bytes]) -> None:
        self._log = log
        self._met = met
        self._read = b""
        self._recipient = b""
        self._mood = b""
        self._content = False
        self._deaf = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(b"220 drill\r\n")

    def data_received(self, data: bytes) -> None:
        self._read += data
        replies: list[bytes] = []
        while not self._deaf:
            reply = self._take_content() if self._content else self._take_line()
            if reply is None:
                break
            replies.append(reply)
        if replies:
            self._transport.write(b"".join(replies))

    def _take_line(self) -> bytes | None:
        line, end, rest = self._read.partition(b"\r\n")
        if not end:
            return None
        self._read = rest
        verb = line[:4].upper()
        if verb == b"EHLO":
            return HELLO
        if verb == b"RCPT":
            return self._address(line)
        if verb == b"DATA":
            self._content = bool(self._recipient)
            return b"354 go on\r\n" if self._content else b"554 no valid recipients\r\n"
        return b"250 ok\r\n"

    def _address(self, line: bytes) -> bytes:
        found = _ADDRESS.search(line)
        recipient = found[1] if found else b""
        self._recipient, self._mood = b"", recipient.partition(b"-")[0]
        if self._mood == b"stall":
            self._deaf = True
            return b""
        if self._mood == b"busy":
            return b"450 4.2.1 busy\r\n"
        if self._mood == b"refuse":
            return b"550 5.1.1 no such user\r\n"
        self._recipient = recipient
        return b"250 ok\r\n"

    def _take_content(self) -> bytes | None:
        if self._mood == b"cut" and self._read:
            return self._hang_up()
        content, end, rest = self._read.partition(b"\r\n.\r\n")
        if not end:
            return None
        self._read, self._content = rest, False
        if self._mood == b"again" and self._recipient not in self._met:
            self._met.add(self._recipient)
            return b"451 4.3.0 once more\r\n"
        os.write(self._log, self._recipient + b"\n")
        if self._mood == b"vanish":
            return self._hang_up()
        if self._mood == b"mute":
            self._deaf = True
            return b""
        return b"250 2.0.0 queued\r\n"

    def _hang_up(self) -> bytes:
        self._deaf = True
        self._transport.abort()
        return b""


class MailServer:
    """The server in a process of its own. ``arrived`` counts the mails of each recipient."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.url = f"smtp://{HOST}:{self.port}"
        self._log = folder / "arrived"
        self._log.touch()
        command = [sys.executable, "-m", "bench.chaos.mail_server", str(self.port), str(self._log)]
        self.process = Child("mail-server", command, log=folder / "mail-server.log", folder=SOURCE)

    def __enter__(self) -> Self:
        self.process.start()
        self.process.wait_ready(lambda: is_open(self.port), seconds=20)
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()

    def arrived(self) -> Counter[str]:
        return Counter(self._log.read_text().split())

    def rough_count(self, *, length: int) -> int:
        """About how many mails have arrived, for addresses of about ``length`` characters."""
        return self._log.stat().st_size // (length + 1)

    def wait_calm(self) -> None:
        """Wait until nothing arrives any more: what dead senders left in sockets is read to its end."""
        size = -1
        while size != (size := self._log.stat().st_size):
            time.sleep(0.5)


async def main(port: int, log: Path) -> None:
    """Listen until killed."""
    file = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    met: set[bytes] = set()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Session(file, met), HOST, port, backlog=1000)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), Path(sys.argv[2])))
