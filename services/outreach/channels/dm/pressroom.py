"""The press itself, in a process of its own: ``python -m services.outreach.channels.dm.pressroom FOLDER``.

It says with an empty line that it has started, reads jobs from its standard input, a line of JSON each, and
answers with a line. The documents lie in the folder, which it removes when its input ends: so nothing is left
behind even when its parent was killed.
Typst may panic, hang or take a lot of memory; none of this reaches the parent.
"""

import contextlib
import os
import re
import resource
import shutil
import signal
import sys
from pathlib import Path

import msgspec
import typst
import zxingcpp

from services.outreach.channels.dm import fonts
from services.outreach.channels.dm.codes import CODE_MODULES
from services.outreach.channels.dm.forms import SHEETS
from services.outreach.channels.dm.orders import Order, Proof

MOST_MEMORY = 4 << 30
"""Bytes of address space; past that the process dies, and the batch is taken apart."""

_22_BY_22 = 7
_AGES = 10
_MEGABYTE = 1 << 20
_COUNT = re.compile(rb"/Type ?/Pages ?/Count (\d+)")


class Found(msgspec.Struct):
    """What ``piece.typ`` tells of a document."""

    starts: list[int]


class Pressroom:
    """Typst with its fonts, in one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        for sheet in SHEETS.glob("*.typ"):
            shutil.copy(sheet, folder)
        self._fonts = typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=list(fonts.folders())
        )
        self._idle = typst.Compiler(font_paths=self._fonts, ignore_system_fonts=True)

    def set(self, order: Order) -> Proof:
        """Write each document into the folder as ``<name>.pdf``."""
        (self._folder / "codes").write_bytes(b"".join(map(_data_matrix, order.codes)))
        self._draw_answers(order.answers)
        proof = Proof()
        for name in order.documents:
            path = self._folder / f"{name}.pdf"
            self._compiler(name).compile(output=str(path), format="pdf")
            proof.pages[name] = _pages(path.read_bytes())
        proof.starts = self._starts(pieces=len(order.codes), pages=proof.pages["letters"])
        proof.megabytes = _resident() // _MEGABYTE
        return proof

    def _draw_answers(self, addresses: list[str]) -> None:
        """The QR codes, and for each piece where its own begins and how many modules its side has."""
        drawn, places, size = [], [], 0
        for address in addresses:
            side = 0
            if address:
                modules, side = _qr_code(address)
                drawn.append(modules)
            places.append((size, side))
            size += side * side
        (self._folder / "answers").write_bytes(b"".join(drawn))
        (self._folder / "answers.json").write_bytes(msgspec.json.encode(places))

    def rest(self, documents: int) -> None:
        """Let typst forget what only the last batch needed.

        It keeps what it laid out until ten more compilations have not used it. What all batches share is
        used by the next one within that time; the rest would pile up ten batches deep.
        """
        for _ in range(_AGES - 1 - documents):
            self._idle.compile(input=b".", format="pdf")

    def _starts(self, *, pieces: int, pages: int) -> list[int]:
        """The page on which each letter begins. Most have one page, and then nobody needs to be asked."""
        if pages == pieces:
            return list(range(1, pieces + 1))
        told = self._compiler("letters", told="yes").query("<found>", field="value", one=True)
        return msgspec.json.decode(told, type=Found).starts

    def _compiler(self, name: str, **inputs: str) -> typst.Compiler:
        """A new one each time: it would go on with the files that it has read before."""
        return typst.Compiler(
            input=str(self._folder / f"{name}.typ"),
            root=str(self._folder),
            font_paths=self._fonts,
            ignore_system_fonts=True,
            sys_inputs=inputs,
        )


def main(folder: Path) -> None:
    """Work until the input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    room = Pressroom(folder)
    try:
        _say(b"")
        for line in sys.stdin.buffer:
            order = msgspec.json.decode(line, type=Order)
            try:
                proof = room.set(order)
            except (RuntimeError, ValueError, MemoryError) as error:
                proof = Proof(error=str(error)[:500] or type(error).__name__)
            _say(msgspec.json.encode(proof))
            room.rest(len(order.documents))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _say(line: bytes) -> None:
    with contextlib.suppress(BrokenPipeError):
        sys.stdout.buffer.write(line + b"\n")
        sys.stdout.buffer.flush()


def _data_matrix(text: str) -> bytes:
    """A Data Matrix, a byte a module, with the blank border that it needs.

    Its version is given, since a text of many digits would otherwise get another shape.
    """
    symbol = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.DataMatrix, version=_22_BY_22)
    modules, side = _drawn(symbol)
    if side != CODE_MODULES:
        raise ValueError(f"the code is {side} modules wide")
    return modules


def _qr_code(text: str) -> tuple[bytes, int]:
    """The same as a QR code, and the modules of its side."""
    return _drawn(zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode))


def _drawn(symbol: zxingcpp.Barcode) -> tuple[bytes, int]:
    image = memoryview(symbol.to_image(scale=1, add_quiet_zones=True))  # type: ignore[arg-type]
    assert image.shape is not None
    return bytes(image), image.shape[0]


def _pages(pdf: bytes) -> int:
    """How many pages a document has: the root of its page tree counts them all."""
    return max(int(count) for count in _COUNT.findall(pdf))


def _resident() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
