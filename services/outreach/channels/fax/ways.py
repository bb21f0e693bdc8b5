"""The way that the settings set up for faxes: an email-to-fax service, a gateway, or none."""

from chassis.config import ConfigError
from services.outreach.channels.channel import Stream, Transport
from services.outreach.channels.email.server import Server
from services.outreach.channels.email.smtp import SmtpPool
from services.outreach.channels.fax.gateway import FaxGateway
from services.outreach.channels.pooled import Pooled
from services.outreach.settings import OutreachSettings

_SPARE_SECONDS = 15.0


def fax_ways(settings: OutreachSettings) -> dict[str, Transport | Stream]:
    """The transport for ``fax``, or nothing where none is set up. Raises ConfigError."""
    if settings.fax_email and settings.fax_gateway_url:
        raise ConfigError(
            "FANFARE_FAX_EMAIL and FANFARE_FAX_GATEWAY_URL are both set; faxes go one way only."
        )
    if settings.fax_email:
        server = Server.at(settings.smtp_url, seconds=settings.smtp_seconds)
        return {"fax": SmtpPool(server, connections=1)}
    if settings.fax_gateway_url:
        try:
            gateway = FaxGateway.at(settings.fax_gateway_url, seconds=settings.fax_gateway_seconds)
        except ValueError as error:
            raise ConfigError(f"FANFARE_FAX_GATEWAY_URL is wrong: {error}.") from None
        seconds = settings.fax_gateway_seconds + _SPARE_SECONDS
        pool = Pooled(gateway.send, name="fax", connections=settings.fax_connections, seconds=seconds)
        return {"fax": pool}
    return {}
