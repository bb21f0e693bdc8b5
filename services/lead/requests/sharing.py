"""Documents of a request for its contact: each under a link that needs no sign-in, for some days."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.clock import now
from chassis.errors import NotFound
from chassis.files import StoredFile
from contracts.lead import DocumentLink
from services.lead.requests.model import PreSalesRequest, SharedDocument

PLACE = "/shared-documents"


@dataclass(frozen=True)
class Doorway:
    """Under which address links are made, and for how many days they are good."""

    public_url: str
    days: int


def share(
    session: Session,
    actor: Actor,
    request: PreSalesRequest,
    files: Sequence[StoredFile],
    *,
    doorway: Doorway,
) -> list[DocumentLink]:
    """Make a link to each file. Nobody can make them anew: only their digests are kept."""
    links = []
    for file in files:
        token, at = secrets.token_urlsafe(32), now()
        until = at + timedelta(days=doorway.days)
        session.add(
            SharedDocument(
                digest=_digest(token),
                request_id=request.id,
                file_id=file.id,
                shared_by=actor.subject,
                shared_at=at,
                until=until,
            )
        )
        url = f"{doorway.public_url.rstrip('/')}{PLACE}/{token}"
        links.append(DocumentLink(name=file.name, url=url, until=until))
    return links


def shared_file(session: Session, token: str) -> StoredFile:
    """The file behind a link. Raises NotFound for one that is wrong or no longer good."""
    behind = select(SharedDocument.file_id).where(
        SharedDocument.digest == _digest(token), SharedDocument.until > now()
    )
    file_id: UUID | None = session.scalar(behind)
    file = session.get(StoredFile, file_id) if file_id is not None else None
    if file is None:
        raise NotFound()
    return file


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
