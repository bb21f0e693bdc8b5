"""The way that the settings set up for SMS: an SMS centre, a gateway, or none."""

from decimal import Decimal, InvalidOperation

from chassis.config import ConfigError
from chassis.database import Database
from services.outreach.channels.channel import Stream, Transport
from services.outreach.channels.sms.copy import Tariff
from services.outreach.channels.sms.gateway import Gateway, GatewayTransport
from services.outreach.channels.sms.inbound import Inbox
from services.outreach.channels.sms.session import Centre, source_address
from services.outreach.channels.sms.smpp import SmppTransport, Style
from services.outreach.settings import OutreachSettings


def sms_ways(settings: OutreachSettings) -> dict[str, Transport | Stream]:
    """The transport for ``sms``, or nothing where none is set up. Raises ConfigError."""
    if settings.smpp_url and settings.sms_gateway_url:
        raise ConfigError("FANFARE_SMPP_URL and FANFARE_SMS_GATEWAY_URL are both set; SMS goes one way only.")
    try:
        if settings.smpp_url:
            return {"sms": _smpp(settings, settings.smpp_url)}
        if settings.sms_gateway_url:
            return {"sms": _gateway(settings, settings.sms_gateway_url)}
    except ValueError as error:
        raise ConfigError(f"The settings for SMS are wrong: {error}.") from error
    return {}


def _smpp(settings: OutreachSettings, url: str) -> SmppTransport:
    database = Database(settings.database_url, service="outreach-sms", pool_size=1)
    style = Style(
        source=source_address(settings.sms_from),
        receipts=settings.smpp_receipts,
        payload=settings.smpp_long_texts == "payload",
    )
    return SmppTransport(
        Centre.at(url, seconds=settings.smpp_seconds),
        style=style,
        tariff=tariff_of(settings.sms_price, settings.sms_currency),
        window=settings.smpp_window,
        quiet_seconds=settings.smpp_quiet_seconds,
        inbox=Inbox(database, region=settings.phone_region),
    )


def _gateway(settings: OutreachSettings, url: str) -> GatewayTransport:
    gateway = Gateway.at(
        url,
        sender=settings.sms_from,
        callback=settings.sms_gateway_callback or _own_callback(settings),
        seconds=settings.sms_gateway_seconds,
    )
    tariff = tariff_of(settings.sms_price, settings.sms_currency)
    return GatewayTransport(gateway, connections=settings.sms_gateway_connections, tariff=tariff)


def _own_callback(settings: OutreachSettings) -> str:
    """Our own webhook, where it can check who calls; else the gateway is told nothing."""
    return f"{settings.public_url.rstrip('/')}/webhooks/twilio" if settings.webhook_twilio_token else ""


def tariff_of(price: str, currency: str) -> Tariff:
    """The agreed price of a part, as written in the settings. Raises ValueError for one that is none."""
    if not price:
        return Tariff()
    try:
        amount = Decimal(price)
    except InvalidOperation:
        raise ValueError(f"{price!r} is no price") from None
    if not amount.is_finite() or amount < 0 or round(amount, 4) != amount:
        raise ValueError("the price of an SMS is a number of at most four decimals, not below zero")
    return Tariff(amount, currency)
