"""The limits that people set, and how much of each is used up.

A row of the department ``*`` holds for every department. Rows are not changed but taken away and set
anew, so that what held when is in the audit.
"""

from datetime import date, datetime
from typing import Final, cast

from sqlalchemy import Float, Table, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from chassis.columns import Document, Moment
from chassis.database import Aggregate
from services.outreach.base import Base

EVERY_DEPARTMENT: Final = "*"
EVERY_KEY: Final = "*"

PROVIDER, SENDING_DOMAIN, RECIPIENT_DOMAIN, WARM_UP = (
    "provider",
    "sending_domain",
    "recipient_domain",
    "warm_up",
)
SCOPES = (PROVIDER, SENDING_DOMAIN, RECIPIENT_DOMAIN)

SUPPRESS, POSTPONE = "suppress", "postpone"


class QuietHours(Aggregate, Base):
    """When copies may go out over a channel to a country, or a region of it; own rows beside the table's.

    An empty ``country`` or ``region`` stands for all. Rows with the same channel, country and region add
    up, and take the place of those of the shipped table.
    """

    __tablename__ = "quiet_hours"

    department: Mapped[str] = mapped_column(Text)
    channel: Mapped[str] = mapped_column(Text)
    country: Mapped[str] = mapped_column(Text)
    region: Mapped[str] = mapped_column(Text)
    opens: Mapped[str] = mapped_column(Text)
    closes: Mapped[str] = mapped_column(Text)
    days: Mapped[list[int]] = mapped_column(Document)
    source: Mapped[str] = mapped_column(Text)
    added_by: Mapped[str] = mapped_column(Text)
    added_at: Mapped[datetime] = mapped_column(Moment)


class FrequencyCap(Aggregate, Base):
    """A contact gets at most ``copies`` in ``days``, over all ``channels`` together; an empty list is all.

    Copies of campaigns of the ``exempt_kinds`` neither count nor are held back. Whoever is over it is
    suppressed or postponed, as ``over`` says.
    """

    __tablename__ = "frequency_caps"

    name: Mapped[str] = mapped_column(Text)
    department: Mapped[str] = mapped_column(Text)
    channels: Mapped[list[str]] = mapped_column(Document)
    copies: Mapped[int]
    days: Mapped[int]
    exempt_kinds: Mapped[list[str]] = mapped_column(Document)
    over: Mapped[str] = mapped_column(Text)
    added_by: Mapped[str] = mapped_column(Text)
    added_at: Mapped[datetime] = mapped_column(Moment)


class RateLimit(Aggregate, Base):
    """At most ``per_second`` copies in the long run, ``burst`` at once, for one key of a scope.

    The key of a provider is the name of a transport or channel, otherwise it is a domain. ``*`` stands
    for every key that has no limit of its own, each by itself.
    """

    __tablename__ = "rate_limits"
    __table_args__ = (UniqueConstraint("scope", "key"),)

    scope: Mapped[str] = mapped_column(Text)
    key: Mapped[str] = mapped_column(Text)
    per_second: Mapped[float] = mapped_column(Float)
    burst: Mapped[int]
    added_by: Mapped[str] = mapped_column(Text)
    added_at: Mapped[datetime] = mapped_column(Moment)


class WarmUp(Aggregate, Base):
    """How many copies a sending domain may send on each day from ``starts_on``, in UTC; then it is warm."""

    __tablename__ = "warm_ups"

    sending_domain: Mapped[str] = mapped_column(Text, unique=True)
    starts_on: Mapped[date]
    maxima: Mapped[list[int]] = mapped_column(Document)
    added_by: Mapped[str] = mapped_column(Text)
    added_at: Mapped[datetime] = mapped_column(Moment)

    def maximum_on(self, day: date) -> int | None:
        """The most copies of a day; None once it is warm, and 0 before it begins."""
        number = (day - self.starts_on).days
        if number < 0:
            return 0
        return self.maxima[number] if number < len(self.maxima) else None


class Bucket(Base):
    """What is left of a limit. ``tokens`` were there ``at``; postponed copies wait up to ``promised_until``.

    For a warm-up, ``tokens`` counts what went out on the day of ``at``.
    """

    __tablename__ = "rate_buckets"

    scope: Mapped[str] = mapped_column(Text, primary_key=True)
    key: Mapped[str] = mapped_column(Text, primary_key=True)
    tokens: Mapped[float] = mapped_column(Float)
    at: Mapped[datetime] = mapped_column(Moment)
    promised_until: Mapped[datetime] = mapped_column(Moment)


buckets = cast(Table, Bucket.__table__)
