"""What an audience is made of: sources that put contacts on the list, and sources that keep them off it.

Every contact that a source of the first kind names ends in exactly one place: as a target, or as an
exclusion with its reason. Where several sources keep a contact off, the first of them by position is
the reason; where several put it on, the first of them is where it came from. So nothing depends on
the order in which their contacts arrive.
"""

from typing import Any, Final
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from chassis.columns import Document
from chassis.database import Aggregate
from services.campaign.base import Base

INCLUDE: Final = "include"
EXCLUDE: Final = "exclude"
ROLES = (INCLUDE, EXCLUDE)

SEGMENT: Final = "segment"
FILE: Final = "file"
PICKED: Final = "picked"
WAVE: Final = "wave"
CAMPAIGN: Final = "campaign"
RECENT: Final = "recent"

LISTS = (FILE, PICKED)
"""Kinds whose lines are kept here and looked up by lead when the campaign starts."""

RULES = (CAMPAIGN, RECENT)
"""Kinds that only keep contacts off, and are known here: targets of another campaign, contacted lately."""

REASONS = (SEGMENT, FILE, PICKED, CAMPAIGN, RECENT)
"""Why a contact was left out: the kind of the source that kept it off."""

PLANNED: Final = "planned"
ASKED: Final = "asked"
COMPLETE: Final = "complete"

PLACES_KEPT = 1000
"""Most lines of a list that are named one by one where nobody was found for them."""


class AudienceSource(Aggregate, Base):
    """One part of an audience. Which fields are set follows from ``kind``.

    ``segment_id`` for a segment; ``other_id`` the campaign whose targets stay off, or the wave whose picked
    recipients this is; ``days`` how long ago counts as lately; ``name``, ``entries``, ``rejected`` and
    ``digest`` (SHA-256 of its lines) for a list. ``product`` is what the contacts of this source shall hear
    of. ``state`` is asked from the start of the campaign until all its contacts came; ``taken`` is how far
    they did where they are kept here. ``matched`` and ``unmatched`` count what lead found of a list.
    """

    __tablename__ = "audience_sources"
    __table_args__ = (UniqueConstraint("campaign_id", "position"), Index(None, "resolution_id"))

    campaign_id: Mapped[UUID] = mapped_column(ForeignKey("campaigns.id"))
    position: Mapped[int]
    role: Mapped[str] = mapped_column(String(8))
    kind: Mapped[str] = mapped_column(String(16))
    segment_id: Mapped[UUID | None]
    other_id: Mapped[UUID | None]
    days: Mapped[int | None]
    name: Mapped[str] = mapped_column(Text)
    product: Mapped[str] = mapped_column(String(64))
    entries: Mapped[int]
    rejected: Mapped[int]
    digest: Mapped[str | None] = mapped_column(String(64))
    resolution_id: Mapped[UUID | None]
    state: Mapped[str] = mapped_column(String(16))
    taken: Mapped[int]
    matched: Mapped[int]
    unmatched: Mapped[int]
    unmatched_places: Mapped[list[int]] = mapped_column(Document)

    def __init__(self, **values: Any) -> None:
        blank = {"name": "", "product": "", "entries": 0, "rejected": 0, "state": PLANNED, "taken": 0}
        found = {"matched": 0, "unmatched": 0, "unmatched_places": []}
        super().__init__(**{**blank, **found, **values})

    @property
    def includes(self) -> bool:
        """Whether its contacts are put on the list; otherwise they are kept off it."""
        return self.role == INCLUDE

    def content(self) -> dict[str, Any]:
        """What an approval covers of it, as plain JSON values."""
        return {
            "position": self.position,
            "role": self.role,
            "kind": self.kind,
            "segment_id": str(self.segment_id) if self.segment_id else None,
            "other_id": str(self.other_id) if self.other_id else None,
            "days": self.days,
            "product": self.product,
            "entries": self.entries,
            "digest": self.digest,
        }

    def ask(self, resolution_id: UUID | None) -> None:
        """Await its contacts from now on, as pages of ``resolution_id`` where lead sends them."""
        self.resolution_id, self.state = resolution_id, ASKED
        self.taken = self.matched = self.unmatched = 0
        self.unmatched_places = []

    def miss(self, places: list[int]) -> None:
        """Nobody was found for these lines."""
        self.unmatched += len(places)
        self.unmatched_places = [*self.unmatched_places, *places][:PLACES_KEPT]


class AudienceEntry(Base):
    """One line of a list, or one recipient that a wave picked: ``place`` counts its lines.

    An email address is forgotten once the target list is complete.
    """

    __tablename__ = "audience_entries"

    source_id: Mapped[UUID] = mapped_column(ForeignKey("audience_sources.id"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    contact_id: Mapped[UUID | None]
    email: Mapped[str | None] = mapped_column(Text)
    region: Mapped[str] = mapped_column(Text)


class Exclusion(Base):
    """A contact that a source named and another one keeps off the list, which is its ``reason``.

    ``wanted`` is false until some source has named the contact; such rows are gone after the launch.
    """

    __tablename__ = "exclusions"
    __table_args__ = (Index(None, "campaign_id", "reason", "contact_id"),)

    campaign_id: Mapped[UUID] = mapped_column(ForeignKey("campaigns.id"), primary_key=True)
    contact_id: Mapped[UUID] = mapped_column(primary_key=True)
    source_id: Mapped[UUID]
    position: Mapped[int]
    reason: Mapped[str] = mapped_column(String(16))
    wanted: Mapped[bool]
