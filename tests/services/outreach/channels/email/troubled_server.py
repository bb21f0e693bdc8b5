"""A mail server with moods: what it does to a mail depends on the first word of the recipient's name.

Every mail that arrived whole leaves a line with its recipient in the log, before any answer is given:
that is what a recipient would have got. ``python -m tests.services.outreach.channels.email.troubled_server``
takes a port, the log, and the seconds that it takes for each mail.
"""

import asyncio
import sys
from pathlib import Path

REFUSING = {"defer": b"450 4.2.0 try later", "refuse": b"550 5.1.1 no such user"}
CLOSING = b"421 4.3.2 closing"
AFTER_THE_DOT = {"late": b"554 5.7.1 not wanted", "again": b"451 4.3.0 once more"}
FIRST_TIME_ONLY = ("again", "hangup", "busy")


class Server:
    """Remembers whom it has treated badly once."""

    def __init__(self, log: Path, delay: float) -> None:
        self.log = log
        self.delay = delay
        self.met: set[str] = set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One session."""
        try:
            await self._talk(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            return
        finally:
            writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        recipient = ""
        writer.write(b"220 troubled\r\n")
        while line := await reader.readline():
            verb, _, rest = line.decode().strip().partition(" ")
            if verb.upper() == "RCPT":
                recipient = rest.partition("<")[2].partition(">")[0]
                mood = "" if recipient.startswith("again") else self._mood(recipient)
                if mood == "hangup":
                    return
                writer.write((CLOSING if mood == "busy" else REFUSING.get(mood, b"250 ok")) + b"\r\n")
            elif verb.upper() == "DATA":
                if not await self._take(reader, writer, recipient):
                    return
            elif verb.upper() == "QUIT":
                writer.write(b"221 bye\r\n")
                return
            else:
                writer.write(b"250 troubled\r\n")
            await writer.drain()

    def _mood(self, recipient: str) -> str:
        """What is done to a recipient now; some things only the first time."""
        mood = recipient.partition("-")[0]
        if mood in FIRST_TIME_ONLY and recipient in self.met:
            return ""
        self.met.add(recipient)
        return mood

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, recipient: str) -> bool:
        """Read a mail and answer. Whether the session goes on."""
        mood = self._mood(recipient)
        writer.write(b"354 go on\r\n")
        await writer.drain()
        if mood == "cut":
            return False
        await reader.readuntil(b"\r\n.\r\n")
        await asyncio.sleep(self.delay)
        if mood not in AFTER_THE_DOT:
            with self.log.open("a") as log:
                log.write(f"{recipient}\n")
        if mood == "vanish":
            return False
        writer.write(AFTER_THE_DOT.get(mood, b"250 2.0.0 queued as 1") + b"\r\n")
        return True


async def main(port: int, log: Path, delay: float) -> None:
    """Listen until killed."""
    server = await asyncio.start_server(Server(log, delay).serve, "127.0.0.1", port)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3])))
