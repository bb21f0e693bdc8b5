"""The declarative base of every table that outreach owns."""

from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase

from chassis.database import NAMING


class Base(DeclarativeBase):
    """Tables of the outreach service."""

    metadata = MetaData(naming_convention=NAMING)
