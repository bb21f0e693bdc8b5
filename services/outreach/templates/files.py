"""Files that go along with mails: which are taken, and which belong to a version.

What a file is decides the end of its name, and its first bytes must agree with that.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import BinaryIO, Final
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import undefer

from chassis.auth import Actor
from chassis.clock import now
from chassis.database import Session
from chassis.errors import Conflict, Invalid, NotFound, TooLarge
from chassis.ids import new_id
from services.outreach.templates.findings import Finding, error, in_language
from services.outreach.templates.language import one_line
from services.outreach.templates.model import Template, TemplateFile, TemplateVersion
from services.outreach.templates.source import Source, folded

LARGEST: Final = 5 * 1024 * 1024
LARGEST_TOGETHER: Final = 7 * 1024 * 1024
"""Bytes of all attachments of one content; base64 makes a third more of it, and servers stop at 10 MB."""

MOST: Final = 100
"""Files of one template."""

_OFFICE = "application/vnd.openxmlformats-officedocument."
_TYPES: Mapping[str, tuple[str, bytes]] = {
    "pdf": ("application/pdf", b"%PDF-"),
    "png": ("image/png", b"\x89PNG\r\n\x1a\n"),
    "jpg": ("image/jpeg", b"\xff\xd8\xff"),
    "jpeg": ("image/jpeg", b"\xff\xd8\xff"),
    "gif": ("image/gif", b"GIF8"),
    "docx": (f"{_OFFICE}wordprocessingml.document", b"PK\x03\x04"),
    "xlsx": (f"{_OFFICE}spreadsheetml.sheet", b"PK\x03\x04"),
    "pptx": (f"{_OFFICE}presentationml.presentation", b"PK\x03\x04"),
    "txt": ("text/plain", b""),
    "csv": ("text/csv", b""),
    "ics": ("text/calendar", b"BEGIN:VCALENDAR"),
    "vcf": ("text/vcard", b"BEGIN:VCARD"),
}


def add_file(
    session: Session, actor: Actor, *, template: Template, name: str, stream: BinaryIO
) -> TemplateFile:
    """Keep a file for the mails of a template. Raises Invalid, TooLarge, and Conflict for one too many."""
    name = one_line(name).replace("\\", "/").rpartition("/")[2].strip()
    media_type, signature = _type_of(name)
    data = stream.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise TooLarge(f"A file has at most {LARGEST} bytes")
    if not data or not data.startswith(signature) or (not signature and not _is_text(data)):
        raise Invalid({"name": [f"what was sent is no {media_type}"]})
    if len(session.scalars(files(template.id)).all()) >= MOST:
        raise Conflict(f"A template has at most {MOST} files")
    file = TemplateFile(
        id=new_id(),
        template_id=template.id,
        name=name,
        media_type=media_type,
        size=len(data),
        data=data,
        added_by=actor.subject,
        added_at=now(),
    )
    session.add(file)
    session.flush()
    return file


def files(template_id: UUID) -> Select[TemplateFile]:
    """The files of a template, without their data."""
    return select(TemplateFile).where(TemplateFile.template_id == template_id)


def file(session: Session, template_id: UUID, file_id: UUID) -> TemplateFile:
    """One file with its data. Raises NotFound."""
    wanted = files(template_id).where(TemplateFile.id == file_id).options(undefer(TemplateFile.data))
    found = session.scalars(wanted).one_or_none()
    if found is None:
        raise NotFound("file", file_id)
    return found


def attached_to(session: Session, version: TemplateVersion) -> Sequence[TemplateFile]:
    """The files of a version's attachments, with their data."""
    if not version.attached:
        return []
    wanted = files(version.template_id).where(TemplateFile.id.in_(version.attached))
    return session.scalars(wanted.options(undefer(TemplateFile.data))).all()


def problems_of_attachments(
    session: Session, template_id: UUID, contents: Sequence[Source]
) -> Iterator[Finding]:
    """What is wrong with the attachments of contents."""
    if not any(source.attachments for source in contents):
        return
    sizes = {str(one.id): one.size for one in session.scalars(files(template_id))}
    for source in contents:
        yield from in_language(_problems(source, sizes), folded(source.language))


def _problems(source: Source, sizes: Mapping[str, int]) -> Iterator[Finding]:
    for one in source.attachments:
        if one not in sizes:
            yield error("attachments", "unknown_file", f"the template has no file {one}")
    total = sum(sizes.get(one, 0) for one in set(source.attachments))
    if total > LARGEST_TOGETHER:
        why = f"they have {total / 1e6:.1f} MB together; at most {LARGEST_TOGETHER / 1e6:.1f} are sent"
        yield error("attachments", "large_files", why)


def _type_of(name: str) -> tuple[str, bytes]:
    stem, _, end = name.rpartition(".")
    if not stem or len(name) > 100 or end.lower() not in _TYPES:
        raise Invalid({"name": [f"give a name of at most 100 characters that ends in {', '.join(_TYPES)}"]})
    return _TYPES[end.lower()]


def _is_text(data: bytes) -> bool:
    try:
        return "\0" not in data.decode("utf-8")
    except UnicodeDecodeError:
        return False
