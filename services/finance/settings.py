"""Settings of the finance service: those of every service, where files are kept, how old a rate may be."""

from dataclasses import dataclass
from decimal import Decimal

from chassis.config import api_port, setting
from chassis.files.store import FileSettings
from services.finance.purchases.matching import Tolerance


@dataclass(frozen=True, kw_only=True)
class FinanceSettings(FileSettings):
    """What the finance service is configured with."""

    http_port: int = api_port(8002)
    rate_max_age_days: int = setting(
        7, help="How many days before the day asked for an exchange rate may be", minimum=0, maximum=366
    )
    invoice_tolerance_percent: float = setting(
        2.0, help="percent by which an invoiced price may exceed the ordered one", minimum=0, maximum=100
    )
    invoice_tolerance_amount: float = setting(
        5.0, help="amount by which an invoiced unit price may exceed the ordered one at most", minimum=0
    )
    over_delivery_percent: float = setting(
        0.0, help="percent by which a delivery may exceed the ordered quantity", minimum=0, maximum=100
    )

    @property
    def tolerance(self) -> Tolerance:
        """How far invoices and deliveries may go beyond the order."""
        return Tolerance(
            percent=Decimal(str(self.invoice_tolerance_percent)),
            amount=Decimal(str(self.invoice_tolerance_amount)),
            over_delivery=Decimal(str(self.over_delivery_percent)),
        )
