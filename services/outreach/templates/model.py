"""A template is edited as a draft and published as version n. A version never changes once it stands.

A mailing keeps the versions that were published when its wave was released, so that a link in a copy
keeps its meaning.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from chassis.clock import now
from chassis.columns import Document, Moment
from chassis.database import Aggregate
from services.outreach.base import Base
from services.outreach.contacts.model import ContactPoint
from services.outreach.templates.content import Attachment, Content, Edition
from services.outreach.templates.findings import Finding
from services.outreach.templates.language import one_line
from services.outreach.templates.source import Design, Source, folded

DRAFT: Final = "draft"
PUBLISHED: Final = "published"
ARCHIVED: Final = "archived"
STATES = (DRAFT, PUBLISHED, ARCHIVED)


class Template(Aggregate, Base):
    """The draft as it was written, and the number of the version that is published, if one is.

    ``contents`` are the sources by language; ``languages`` are their tags, each between spaces, to search
    in; ``findings`` is what the linter said when it was saved.
    """

    __tablename__ = "templates"

    name: Mapped[str] = mapped_column(Text)
    department: Mapped[str] = mapped_column(Text, index=True)
    channel: Mapped[str] = mapped_column(Text)
    layout: Mapped[str] = mapped_column(Text)
    default_language: Mapped[str] = mapped_column(Text)
    languages: Mapped[str] = mapped_column(Text)
    countries: Mapped[list[str]] = mapped_column(Document)
    contents: Mapped[list[dict[str, Any]]] = mapped_column(Document)
    findings: Mapped[list[dict[str, Any]]] = mapped_column(Document)
    published: Mapped[int | None]
    published_at: Mapped[datetime | None] = mapped_column(Moment)
    archived_at: Mapped[datetime | None] = mapped_column(Moment)
    created_by: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Moment)
    changed_by: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime] = mapped_column(Moment)

    @property
    def state(self) -> str:
        """draft (never published), published or archived."""
        if self.archived_at is not None:
            return ARCHIVED
        return DRAFT if self.published is None else PUBLISHED

    @property
    def design(self) -> Design:
        """The draft."""
        return Design(
            channel=self.channel,
            default_language=self.default_language,
            contents=tuple(Source.of(one) for one in self.contents),
            layout=self.layout,
            countries=tuple(self.countries),
        )

    def draw(self, design: Design, findings: Sequence[Finding], *, author: str) -> None:
        """Make ``design`` the draft."""
        self.layout, self.default_language = design.layout, folded(design.default_language)
        self.countries = list(design.countries)
        self.contents = [source.document for source in design.in_order]
        self.languages = f" {' '.join(folded(source.language) for source in design.in_order)} "
        self.findings = [asdict(one) | {"where": one.where} for one in findings]
        self.changed_by, self.changed_at = author, now()


class TemplateVersion(Base):
    """A version: the sources as written, and ``compiled`` what copies are written with.

    ``links[n]`` is the address, possibly with fields in its path or query, that link n leads to.
    """

    __tablename__ = "template_versions"

    template_id: Mapped[UUID] = mapped_column(ForeignKey("templates.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    layout: Mapped[str] = mapped_column(Text)
    default_language: Mapped[str] = mapped_column(Text)
    countries: Mapped[list[str]] = mapped_column(Document)
    contents: Mapped[list[dict[str, Any]]] = mapped_column(Document)
    compiled: Mapped[list[dict[str, Any]]] = mapped_column(Document)
    links: Mapped[list[str]] = mapped_column(Document)
    note: Mapped[str] = mapped_column(Text)
    published_by: Mapped[str] = mapped_column(Text)
    published_at: Mapped[datetime] = mapped_column(Moment)

    @property
    def languages(self) -> list[str]:
        """The tags of its contents, the default one first."""
        return [content["language"] for content in self.contents]

    @property
    def attached(self) -> set[UUID]:
        """The ids of the files that any of its contents has attached."""
        return {UUID(one) for content in self.compiled for one in content["attachments"]}

    def edition(self, template: Template, files: Iterable["TemplateFile"] = ()) -> Edition:
        """The version, ready to write copies with; ``files`` are those of its attachments."""
        return Edition(
            template_id=self.template_id,
            number=self.number,
            department=template.department,
            channel=template.channel,
            contents=[Content.of(one) for one in self.compiled],
            default_language=self.default_language,
            links=self.links,
            layout=self.layout,
            attachments={str(file.id): Attachment(file.name, file.media_type, file.data) for file in files},
        )


class HeldVersion(Base):
    """The version of a template that the mailings of a wave are written with, whatever is published later."""

    __tablename__ = "held_template_versions"

    wave_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    template_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    number: Mapped[int]


class TemplateFile(Base):
    """A file that can be attached to the mails of a template. It is never changed or taken away."""

    __tablename__ = "template_files"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    template_id: Mapped[UUID] = mapped_column(ForeignKey("templates.id"), index=True)
    name: Mapped[str] = mapped_column(Text)
    media_type: Mapped[str] = mapped_column(Text)
    size: Mapped[int]
    data: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    added_by: Mapped[str] = mapped_column(Text)
    added_at: Mapped[datetime] = mapped_column(Moment)


def contact_values(
    *, given_name: str, family_name: str, company: str, email: str | None, region: str, language: str
) -> dict[str, str]:
    """The fields of a template that speak of a contact, each on one line."""
    given_name, family_name = one_line(given_name), one_line(family_name)
    return {
        "given_name": given_name,
        "family_name": family_name,
        "full_name": f"{given_name} {family_name}".strip(),
        "company": one_line(company),
        "email": one_line(email or ""),
        "region": one_line(region),
        "language": one_line(language),
    }


def values_of(contact: ContactPoint) -> dict[str, str]:
    """The same, of a contact as we keep it."""
    return contact_values(
        given_name=contact.given_name,
        family_name=contact.family_name,
        company=contact.company,
        email=contact.email,
        region=contact.region,
        language=contact.language,
    )


def campaign_values(*, name: str, code: str) -> Mapping[str, str]:
    """The fields of a template that speak of the campaign, each on one line."""
    return {"campaign_name": one_line(name), "campaign_code": one_line(code)}
