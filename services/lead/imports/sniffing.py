"""What a file is before anybody reads it: its format, its character encoding, its delimiter.

Spreadsheets and CRMs do not say what they wrote, so this weighs the bytes themselves. Two-byte
Chinese encodings are told apart by how many of their characters are everyday ones; text that is in
neither is left to charset-normalizer, and short or doubtful samples are read as Windows-1252.
"""

import codecs
import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from charset_normalizer import from_bytes

SAMPLE_BYTES = 256 * 1024
DELIMITERS = (",", ";", "\t", "|")

BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

# Which of every four bytes are null in text that is mostly Latin; half as many may be in UTF-16.
_NULL_PATTERNS = (
    ((0, 1), 0.9, "utf-32-be"),
    ((2, 3), 0.9, "utf-32-le"),
    ((1, 3), 0.4, "utf-16-le"),
    ((0, 2), 0.4, "utf-16-be"),
)

Format = Literal["csv", "xlsx", "vcard"]

SIGNATURES = (
    (b"\xd0\xcf\x11\xe0", "an XLS workbook or one with a password"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"%PDF", "a PDF document"),
)

# Lead bytes of each encoding's first level, which holds the characters of everyday text.
_EVERYDAY = {"gb18030": range(0xB0, 0xD8), "big5": range(0xA4, 0xC7)}


class UnreadableFile(ValueError):
    """The file as a whole cannot be imported. The text says why."""


@dataclass(frozen=True)
class Encoding:
    """A Python codec, and how many bytes of a byte order mark come before the text."""

    codec: str
    skip: int = 0


def format_of(head: bytes) -> Format:
    """What the file is by its first bytes, whatever its name. Raises UnreadableFile for what is no table."""
    if not head.strip(b"\x00 \t\r\n"):
        raise UnreadableFile("the file is empty")
    for signature, kind in SIGNATURES:
        if head.startswith(signature):
            raise UnreadableFile(f"the file is {kind}; save it as CSV and upload that")
    if head.startswith(b"PK\x03\x04"):
        return "xlsx"
    start = head[:1024].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").upper()
    return "vcard" if start.startswith(b"BEGIN:VCARD") else "csv"


def encoding_of(pieces: Iterable[bytes]) -> Encoding:
    """How to read the whole file, given as consecutive pieces. Raises UnreadableFile.

    All of it is looked at: a table may well be plain ASCII for its first million rows.
    """
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    telling, utf8, first = b"", True, True
    for piece in pieces:
        if first and (marked := _marked(piece[:4096])):
            return marked
        first = False
        try:
            utf8 = utf8 and bool(decoder.decode(piece) or True)
        except UnicodeDecodeError:
            utf8 = False
        if len(telling) < SAMPLE_BYTES:
            telling += _telling_lines(piece, SAMPLE_BYTES - len(telling))
        elif not utf8:
            break
    if utf8:
        return Encoding("utf-8")
    return Encoding(_nearly_utf8(telling) or _two_byte(telling) or _single_byte(telling))


def _marked(head: bytes) -> Encoding | None:
    """What a byte order mark or the place of the null bytes gives away.

    The nulls count more: there are exporters that put a two-byte mark before UTF-32.
    """
    mark, codec = next(((bom, name) for bom, name in BOMS if head.startswith(bom)), (b"", None))
    if len(mark) == 4 and codec:
        return Encoding(codec, 4)
    body = head[len(mark) :]
    shares = [body[place::4].count(0) / max(1, len(body[place::4])) for place in range(4)]
    for places, least, name in _NULL_PATTERNS:
        others = [share for place, share in enumerate(shares) if place not in places]
        if all(shares[place] >= least for place in places) and (least > 0.5 or max(others) < 0.1):
            return Encoding(name, len(mark))
    if codec:
        return Encoding(codec, len(mark))
    if sum(head.count(code) for code in range(1, 9)) > len(head) // 100:
        raise UnreadableFile("the file is not text")
    return None


def _telling_lines(piece: bytes, limit: int) -> bytes:
    """The lines with bytes beyond ASCII: the only ones that tell an encoding."""
    if piece.isascii():
        return b""
    return b"\n".join(line for line in piece.splitlines() if not line.isascii())[:limit] + b"\n"


def _nearly_utf8(sample: bytes) -> str | None:
    text = sample.decode("utf-8", "replace")
    read = sum(1 for character in text if character > "\x7f" and character != "\ufffd")
    return "utf-8" if read and text.count("\ufffd") <= read // 10 else None


def _two_byte(sample: bytes) -> str | None:
    shares = {name: _everyday_share(sample, name) for name in _EVERYDAY}
    best = max(shares, key=lambda name: shares[name])
    return best if shares[best] > 0.7 else None


def _everyday_share(sample: bytes, encoding: str) -> float:
    """How many of the characters beyond ASCII are everyday ones, from 0 to 1."""
    wide = everyday = at = 0
    while at < len(sample):
        lead = sample[at]
        if lead < 0x80:
            at += 1
            continue
        trail = sample[at + 1] if at + 1 < len(sample) else 0
        low_trail = encoding == "big5" and 0x40 <= trail <= 0x7E
        wide += 1
        everyday += lead in _EVERYDAY[encoding] and (trail >= 0xA1 or low_trail)
        at += 2
    return everyday / wide if wide else 0.0


def _single_byte(sample: bytes) -> str:
    telling = sum(1 for byte in sample if byte > 0x7F)
    best = from_bytes(sample).best() if telling >= 200 else None
    if best is not None:
        return best.encoding
    try:
        sample.decode("cp1252")
    except UnicodeDecodeError:
        return "latin-1"
    return "cp1252"


def delimiter_of(text: str) -> str:
    """The delimiter of the records in ``text``, the beginning of a file; a comma where none shows.

    Takes the one that cuts the records into the same number of cells most often.
    """
    declared = text[:5].lower()
    if declared.startswith("sep=") and len(declared) == 5:
        return declared[4]
    scores = {delimiter: _evenness(text, delimiter) for delimiter in DELIMITERS}
    best = max(DELIMITERS, key=lambda delimiter: scores[delimiter])
    if scores[best] > 0:
        return best
    try:
        return csv.Sniffer().sniff(text, "".join(DELIMITERS)).delimiter
    except csv.Error:
        return ","


def _evenness(text: str, delimiter: str) -> float:
    """The share of records as wide as the first one; a wider first record breaks a tie."""
    try:
        records = [record for record in csv.reader(io.StringIO(text), delimiter=delimiter) if record][:50]
    except csv.Error:
        return 0.0
    if not records or len(records[0]) < 2:
        return 0.0
    alike = sum(len(record) == len(records[0]) for record in records)
    return alike / len(records) + min(len(records[0]), 100) / 1000
