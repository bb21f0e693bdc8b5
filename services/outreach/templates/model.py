"""An email template. It never changes once it stands, so that a link in a mail keeps its meaning."""

from datetime import datetime

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from chassis.clock import now
from chassis.columns import Document, Moment
from chassis.database import Aggregate
from services.outreach.base import Base
from services.outreach.templates.language import Letter
from services.outreach.templates.tracking import track


class Template(Aggregate, Base):
    """The sources as written, and beside them those whose links are numbered.

    ``links[n]`` is the address, possibly with fields in its path or query, that link n leads to.
    """

    __tablename__ = "templates"

    name: Mapped[str] = mapped_column(Text)
    department: Mapped[str] = mapped_column(Text, index=True)
    subject: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    tracked_html: Mapped[str] = mapped_column(Text)
    tracked_text: Mapped[str] = mapped_column(Text)
    links: Mapped[list[str]] = mapped_column(Document)
    created_by: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Moment)

    @classmethod
    def write(
        cls, *, name: str, department: str, subject: str, html: str, text: str, author: str
    ) -> "Template":
        """A template whose sources were found to be without problems."""
        tracked = track(html, text)
        return cls(
            name=name,
            department=department,
            subject=subject,
            html=html,
            text=text,
            tracked_html=tracked.html,
            tracked_text=tracked.text,
            links=tracked.links,
            created_by=author,
            created_at=now(),
        )

    def letter(self) -> Letter:
        """The template as it goes out, with numbered links."""
        return Letter(subject=self.subject, html=self.tracked_html, text=self.tracked_text)

    def untracked(self) -> Letter:
        """The template with the links as they were written, for a look at it."""
        return Letter(subject=self.subject, html=self.html, text=self.text)


def contact_values(
    *, given_name: str, family_name: str, company: str, email: str | None, region: str, language: str
) -> dict[str, str]:
    """The fields of a template that speak of a contact."""
    return {
        "given_name": given_name,
        "family_name": family_name,
        "full_name": " ".join(part for part in (given_name, family_name) if part),
        "company": company,
        "email": email or "",
        "region": region,
        "language": language,
    }
