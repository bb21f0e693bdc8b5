"""The declarative base that all tables of the finance service stand on."""

from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase

from chassis.database import NAMING


class Base(DeclarativeBase):
    """One metadata for the service, so that the migration test can compare it with the real schema."""

    metadata = MetaData(naming_convention=NAMING)
