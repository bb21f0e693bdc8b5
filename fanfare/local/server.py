"""What all private servers have in common: a folder, a process, and every way to break and mend it."""

import shutil
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Self

from fanfare.local.process import Child


class Server(ABC):
    """One server, whose data stay in ``folder`` until it is removed."""

    start_seconds: float
    folder: Path
    process: Child

    def __enter__(self) -> Self:
        try:
            return self.start()
        except BaseException:
            self.remove()
            raise

    def __exit__(self, *_: object) -> None:
        self.remove()

    def start(self) -> Self:
        """Start it and wait until it answers. Raises StartFailed when it does not."""
        self.process.start()
        self.process.wait_ready(self.answers, seconds=self.start_seconds)
        return self

    def stop(self) -> None:
        """An orderly shutdown."""
        self.process.stop()

    def kill(self) -> None:
        """kill -9 of the server and everything below it."""
        self.process.kill()

    def freeze(self) -> None:
        """It keeps its sockets open and answers nobody."""
        self.process.freeze()

    def thaw(self) -> None:
        self.process.thaw()

    def remove(self) -> None:
        """Stop it and delete its data."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    @abstractmethod
    def answers(self) -> bool:
        """Whether it serves somebody who comes now."""
