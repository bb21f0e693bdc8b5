"""What kinds of files are taken, and whether a file is what its name says.

The name's ending chooses the kind; the content must then look like it. Signatures come from puremagic. Text
has none: it must decode and hold no control characters.
"""

import codecs
import zipfile
from pathlib import PurePosixPath
from typing import BinaryIO

import puremagic

from chassis.errors import Invalid

LONGEST_NAME = 255

_SIGNED = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
    "tif": "image/tiff",
    "tiff": "image/tiff",
    "xml": "application/xml",
}
_PACKED = {
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "word/"),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xl/"),
    "pptx": ("application/vnd.openxmlformats-officedocument.presentationml.presentation", "ppt/"),
    "odt": ("application/vnd.oasis.opendocument.text", "content.xml"),
    "ods": ("application/vnd.oasis.opendocument.spreadsheet", "content.xml"),
    "odp": ("application/vnd.oasis.opendocument.presentation", "content.xml"),
}
"""Kinds that are ZIP archives: media type, and the start of a name that one of them must hold."""

_TEXT = {"txt": "text/plain", "csv": "text/csv", "eml": "message/rfc822", "md": "text/markdown"}

KINDS = (*_SIGNED, *_PACKED, *_TEXT)
"""The endings of names that are taken."""

_HEAD = 4096
_PIECE = 1 << 16
_MOST_MEMBERS = 10_000
_WHITE = {"\t", "\n", "\r", "\f", "\ufeff"}


def check_kind(name: str, file: BinaryIO) -> str:
    """The media type of ``file``, left at its start. Raises Invalid for ``name`` with the reason."""
    if not name or len(name) > LONGEST_NAME or any(ord(sign) < 32 or sign in "/\\" for sign in name):
        raise Invalid({"name": [f"Must be a file's name of at most {LONGEST_NAME} characters, no path."]})
    ending = PurePosixPath(name).suffix.removeprefix(".").lower()
    if ending not in KINDS:
        raise Invalid({"name": [f"Files of this kind are not taken. Taken are: {', '.join(KINDS)}."]})
    try:
        media_type = _media_type(ending, file)
    finally:
        file.seek(0)
    if media_type is None:
        raise Invalid({"name": [f"The file is not what its name says: its content is not that of {ending}."]})
    return media_type


def _media_type(ending: str, file: BinaryIO) -> str | None:
    if ending in _TEXT:
        return _TEXT[ending] if _is_text(file) else None
    if ending in _PACKED:
        media_type, member = _PACKED[ending]
        return media_type if _holds(file, member, media_type) else None
    media_type = _SIGNED[ending]
    return media_type if media_type in _signatures(file.read(_HEAD)) else None


def _signatures(head: bytes) -> set[str]:
    try:
        return {match.mime_type for match in puremagic.magic_string(head)}
    except (puremagic.PureError, ValueError):
        return set()


def _holds(file: BinaryIO, member: str, media_type: str) -> bool:
    try:
        with zipfile.ZipFile(file) as archive:
            names = archive.namelist()
            if len(names) > _MOST_MEMBERS:
                return False
            stated = archive.read("mimetype").decode("ascii") if "mimetype" in names else media_type
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError):
        return False
    return stated == media_type and any(name.startswith(member) for name in names)


def _is_text(file: BinaryIO) -> bool:
    head = file.read(2)
    file.seek(0)
    encoding = "utf-16" if head in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) else "utf-8"
    if _decodes(file, encoding):
        return True
    file.seek(0)
    # Spreadsheets still save in the code page of their country, in which every byte is some letter.
    return encoding == "utf-8" and _decodes(file, "latin-1")


def _decodes(file: BinaryIO, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while piece := file.read(_PIECE):
            if any(sign < " " and sign not in _WHITE for sign in decoder.decode(piece)):
                return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
