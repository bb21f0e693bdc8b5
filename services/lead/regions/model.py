"""Regions and territories."""

from typing import Final

from services.lead.base import Base
from services.lead.trees import Node

REGION: Final = "region"
TERRITORY: Final = "territory"
KINDS = (REGION, TERRITORY)


class Region(Node, Base):
    """A region, or a territory that somebody sells in; contacts, customers and leads hold its ``code``."""

    __tablename__ = "regions"
