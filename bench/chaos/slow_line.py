"""A line to a mail server that carries only so many bytes a second, so that a small wave takes its time.

``python -m bench.chaos.slow_line PORT SERVER_PORT BYTES_A_SECOND``. Answers are not slowed down.
"""

import asyncio
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from fanfare.local.ports import HOST, free_port, is_open
from fanfare.local.process import Child

SOURCE = Path(__file__).resolve().parents[2]
PIECE = 2048


def slow_line(folder: Path, *, rate: int) -> Callable[[str], AbstractContextManager[str]]:
    """A line of ``rate`` bytes a second, for ``Stage.performance``."""

    @contextmanager
    def line(url: str) -> Iterator[str]:
        port = free_port()
        command = [
            sys.executable,
            "-m",
            "bench.chaos.slow_line",
            str(port),
            str(urlsplit(url).port),
            str(rate),
        ]
        proxy = Child("slow-line", command, log=folder / "slow-line.log", folder=SOURCE)
        proxy.start()
        proxy.wait_ready(lambda: is_open(port), seconds=20)
        try:
            yield f"smtp://{HOST}:{port}"
        finally:
            proxy.kill()

    return line


class Line:
    """All sessions share the rate."""

    def __init__(self, server_port: int, rate: int) -> None:
        self._server_port = server_port
        self._rate = rate
        self._free_at = 0.0

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One session."""
        far_reader, far_writer = await asyncio.open_connection(HOST, self._server_port)
        await asyncio.gather(
            self._copy(reader, far_writer, slowly=True), self._copy(far_reader, writer, slowly=False)
        )

    async def _copy(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, slowly: bool
    ) -> None:
        try:
            while data := await reader.read(PIECE):
                if slowly:
                    await self._wait_turn(len(data))
                writer.write(data)
                await writer.drain()
        except ConnectionError:
            pass
        finally:
            writer.close()

    async def _wait_turn(self, size: int) -> None:
        loop = asyncio.get_running_loop()
        begin = max(loop.time(), self._free_at)
        self._free_at = begin + size / self._rate
        await asyncio.sleep(self._free_at - loop.time())


async def main(port: int, server_port: int, rate: int) -> None:
    """Listen until killed."""
    line = Line(server_port, rate)
    server = await asyncio.start_server(line.carry, HOST, port, limit=PIECE)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))
