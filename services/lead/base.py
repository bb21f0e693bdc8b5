"""The declarative base of every table that the lead service owns."""

from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase

from chassis.database import NAMING


class Base(DeclarativeBase):
    """Tables of the lead service share one set of names for their constraints."""

    metadata = MetaData(naming_convention=NAMING)
