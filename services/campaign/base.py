"""The declarative base of the campaign service: every table it owns hangs on this metadata."""

from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase

from chassis.database import NAMING


class Base(DeclarativeBase):
    """Base of the mapped classes of this service."""

    metadata = MetaData(naming_convention=NAMING)
