"""What this service answered to requests of people about their own data."""

from datetime import datetime
from typing import cast

from sqlalchemy import Table, Text
from sqlalchemy.orm import Mapped, mapped_column

from chassis.columns import Moment
from chassis.disclosing import Disclosure
from services.outreach.base import Base


class PrivacyAnswer(Disclosure, Base):
    """See ``Disclosure``."""

    __tablename__ = "privacy_answers"


class ErasedAddress(Base):
    """The address of a person who was erased, as a keyed digest: nobody is written to there again."""

    __tablename__ = "erased_addresses"

    department: Mapped[str] = mapped_column(Text, primary_key=True)
    channel: Mapped[str] = mapped_column(Text, primary_key=True)
    digest: Mapped[str] = mapped_column(Text, primary_key=True)
    erased_at: Mapped[datetime] = mapped_column(Moment)


erased_addresses = cast(Table, ErasedAddress.__table__)
