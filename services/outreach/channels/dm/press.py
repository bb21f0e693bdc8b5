"""Prints pieces as PDF through a press that is a process of its own, and answers for it in bounded time."""

import os
import select
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from services.outreach.channels.dm import fonts
from services.outreach.channels.dm.codes import CODE_MODULES
from services.outreach.channels.dm.forms import EnvelopeForm, LabelForm, Layout, LetterForm
from services.outreach.channels.dm.orders import Order, Proof

START_SECONDS = 60.0
"""A press may take so long to start, which no job is blamed for."""

MOST_MEGABYTES = 700
"""A press that holds more is replaced after its job."""

_PASSED_ON = ("PATH", "LANG", "TMPDIR", "HOME")
_CHUNK = 1 << 16


class PressFailed(RuntimeError):
    """The job could not be printed as a whole; the text says why."""


@dataclass(frozen=True)
class Copy:
    """A piece as its writer encoded it, its code, and the address behind its QR code if it has one.

    ``long``: it may have more than one page.
    """

    code: str
    piece: bytes
    answer: str = ""
    long: bool = False


@dataclass(frozen=True)
class Printed:
    """The documents by name, how many pages each has, and of how many pages each letter is."""

    documents: dict[str, bytes]
    pages: dict[str, int]
    of_each: list[int]


class _Job(msgspec.Struct):
    """``job.json`` as ``piece.typ`` reads it."""

    form: LetterForm
    envelope: EnvelopeForm | None
    labels: LabelForm | None
    sender: Sequence[str]
    sender_sizes: dict[str, float]
    fonts: dict[str, list[str]]
    modules: int
    told: bool
    pieces: list[msgspec.Raw]


class Press:
    """One press. Its process starts with the first job and is replaced when it dies, hangs or swells."""

    def __init__(self, *, seconds: float) -> None:
        self._documents: tuple[str, ...] = ()
        self._seconds = seconds
        self._process: subprocess.Popen[bytes] | None = None
        self._folder = Path()
        self._began = 0.0

    def put_in(self, layout: Layout, copies: Sequence[Copy]) -> None:
        """Begin a job, on a press that runs by then; ``take_out`` waits for it. Raises PressFailed."""
        process = self._running()
        self._documents = layout.documents
        job = _Job(
            form=layout.letter,
            envelope=layout.envelope,
            labels=layout.labels,
            sender=layout.sender,
            sender_sizes=layout.sender_sizes,
            fonts=fonts.families(),
            modules=CODE_MODULES,
            told=any(copy.long for copy in copies),
            pieces=[msgspec.Raw(copy.piece) for copy in copies],
        )
        (self._folder / "job.json").write_bytes(msgspec.json.encode(job))
        order = Order(
            documents=list(layout.documents),
            codes=[copy.code for copy in copies],
            answers=[copy.answer for copy in copies],
        )
        self._began = time.monotonic()
        assert process.stdin is not None
        try:
            process.stdin.write(msgspec.json.encode(order) + b"\n")
            process.stdin.flush()
        except BrokenPipeError:
            self._discard()
            raise PressFailed("the press has died") from None

    def take_out(self) -> Printed:
        """What came of the job. Raises PressFailed, and has no job then."""
        proof = msgspec.json.decode(self._said(since=self._began, within=self._seconds), type=Proof)
        if proof.error:
            raise PressFailed(proof.error)
        documents = {name: (self._folder / f"{name}.pdf").read_bytes() for name in self._documents}
        ends = [*proof.starts[1:], proof.pages["letters"] + 1]
        of_each = [end - start for start, end in zip(proof.starts, ends, strict=True)]
        if proof.megabytes > MOST_MEGABYTES:
            self.close()
        return Printed(documents, proof.pages, of_each)

    def run(self, layout: Layout, copies: Sequence[Copy]) -> Printed:
        """One job from beginning to end. Raises PressFailed."""
        self.put_in(layout, copies)
        return self.take_out()

    def close(self) -> None:
        """Let the press go; it cleans up behind itself."""
        if self._process is not None:
            assert self._process.stdin is not None
            self._process.stdin.close()
            try:
                self._process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                self._discard()
            self._process = None

    def _running(self) -> "subprocess.Popen[bytes]":
        if self._process is None or self._process.poll() is not None:
            self._folder = Path(tempfile.mkdtemp(prefix="fanfare-press-"))
            environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
            environment["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
            module = "services.outreach.channels.dm.pressroom"
            self._process = subprocess.Popen(
                [sys.executable, "-m", module, str(self._folder)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env=environment,
            )
            self._said(since=time.monotonic(), within=START_SECONDS)
        return self._process

    def _said(self, *, since: float, within: float) -> bytes:
        """The next line of the press."""
        assert self._process is not None and self._process.stdout is not None
        line, source = b"", self._process.stdout.fileno()
        while not line.endswith(b"\n"):
            left = since + within - time.monotonic()
            if left <= 0 or not select.select([source], [], [], left)[0]:
                self._discard()
                raise PressFailed(f"it took longer than {within:g} s")
            chunk = os.read(source, _CHUNK)
            if not chunk:
                self._discard()
                raise PressFailed("the press has died")
            line += chunk
        return line

    def _discard(self) -> None:
        """End the process at once, and clean up in its place."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
        shutil.rmtree(self._folder, ignore_errors=True)
