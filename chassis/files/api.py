"""Files over HTTP, for the services that let people attach some."""

from typing import ClassVar, cast
from urllib.parse import quote
from uuid import UUID

from marshmallow import Schema, fields
from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from chassis.auth import Actor
from chassis.errors import NotFound, TooLarge
from chassis.files import attaching
from chassis.files.model import StoredFile
from chassis.files.store import LARGEST, Store, store_of
from chassis.http import Page, Request, route
from contracts.roles import ROLES

SAFELY = {
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class FileFilter(Schema):
    """Which files to list. ``owner_id``: those attached to one thing; left out: all that you may see."""

    owner_id = fields.UUID()
    attached = fields.Boolean()


class FileName(Schema):
    """What an upload is called; the ending says what it is."""

    name = fields.String(required=True)


class FileView(Schema):
    """A file. Its content is at ``/files/<id>/content``."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    media_type = fields.String(required=True)
    size = fields.Integer(required=True)
    sha256 = fields.String(required=True)
    uploaded_by = fields.String(required=True)
    uploaded_at = fields.AwareDateTime(required=True)
    attached_to = fields.String(required=True, allow_none=True)
    owner_id = fields.UUID(required=True, allow_none=True)


class FilesApi:
    """Routes of files. ``file_readers`` are the roles that read what others attached in their departments."""

    file_readers: ClassVar[tuple[str, ...]] = ()

    @route(
        "POST",
        "/files",
        roles=ROLES,
        query=FileName,
        returns=FileView,
        status=201,
        stream=True,
        max_body=LARGEST,
    )
    def upload_file(self, request: Request) -> StoredFile:
        """Upload a file, its bytes as the body, to be attached to something.

        It is yours alone until then. 422 when its content is not what the ending of its name says.
        """
        _check_size(request)
        name, file = request.query["name"], request.stream
        return attaching.upload(
            request.session, request.actor, store=store_of(request.settings), name=name, file=file
        )

    @route("GET", "/files", roles=ROLES, query=FileFilter, returns=FileView, many=True)
    def list_files(self, request: Request) -> Page:
        """List the files that you uploaded, or may read because of what they are attached to."""
        return request.page(_files(request.actor, self.file_readers, **request.query), StoredFile.id)

    @route("GET", "/files/<uuid:file_id>", roles=ROLES, returns=FileView)
    def show_file(self, request: Request, file_id: UUID) -> StoredFile:
        """Show what is known of a file."""
        return _file(request.session, request.actor, file_id, readers=self.file_readers)

    @route("GET", "/files/<uuid:file_id>/content", roles=ROLES)
    def fetch_file(self, request: Request, file_id: UUID) -> Response:
        """Fetch a file. It comes as an attachment, so that no browser opens it by itself."""
        stored = _file(request.session, request.actor, file_id, readers=self.file_readers)
        return content_of(stored, store_of(request.settings))

    @route("DELETE", "/files/<uuid:file_id>", roles=ROLES, status=204)
    def discard_file(self, request: Request, file_id: UUID) -> None:
        """Discard a file that you uploaded and did not attach to anything."""
        _file(request.session, request.actor, file_id, readers=self.file_readers)
        attaching.discard(request.session, request.actor, file_id=file_id, store=store_of(request.settings))


def content_of(stored: StoredFile, store: Store) -> Response:
    """The bytes of a file, for whoever was found to be allowed to have them."""
    named = f"attachment; filename*=UTF-8''{quote(stored.name)}"
    headers = {"Content-Disposition": named, **SAFELY}
    return Response(store.read(str(stored.id)), content_type=stored.media_type, headers=headers)


def _check_size(request: Request) -> None:
    most: int = request.settings.max_file_bytes
    file = request.stream
    size = file.seek(0, 2)
    file.seek(0)
    if size > most:
        raise TooLarge(f"A file may have {most} bytes")


def _files(
    actor: Actor, readers: tuple[str, ...], *, owner_id: UUID | None = None, attached: bool | None = None
) -> Select[StoredFile]:
    found = select(StoredFile).where(_visible(actor, readers))
    if owner_id is not None:
        found = found.where(StoredFile.owner_id == owner_id)
    if attached is not None:
        found = found.where(StoredFile.owner_id.is_not(None) == attached)
    return found


def _visible(actor: Actor, readers: tuple[str, ...]) -> ColumnElement[bool]:
    mine = StoredFile.uploaded_by == actor.subject
    if not actor.has(*readers) and not actor.administers:
        return mine
    department = cast("ColumnElement[str]", StoredFile.department)
    return or_(mine, and_(StoredFile.owner_id.is_not(None), actor.scope(department)))


def _file(session: Session, actor: Actor, file_id: UUID, *, readers: tuple[str, ...]) -> StoredFile:
    found = session.scalar(_files(actor, readers).where(StoredFile.id == file_id))
    if found is None:
        raise NotFound("file", file_id)
    return found
