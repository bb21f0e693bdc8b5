"""The declarative base of the tables that reporting owns."""

from sqlalchemy import BigInteger, MetaData
from sqlalchemy.orm import DeclarativeBase

from chassis.database import NAMING


class Base(DeclarativeBase):
    """Every mapped class of reporting derives from this."""

    type_annotation_map = {int: BigInteger}
    metadata = MetaData(naming_convention=NAMING)
