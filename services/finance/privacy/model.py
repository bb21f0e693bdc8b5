"""What this service answered to requests of people about their own data."""

from chassis.disclosing import Disclosure
from services.finance.base import Base


class PrivacyAnswer(Disclosure, Base):
    """See ``Disclosure``."""

    __tablename__ = "privacy_answers"
