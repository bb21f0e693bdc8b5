"""Handing mails to a provider over HTTPS: Amazon SES, API version 2, each mail as it is (raw).

A request whose last byte was not given to the connection cannot be carried out. From then on nobody
knows, unless an answer comes that says what became of it.
"""

import io
import re
import threading
from base64 import b64encode
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import parse_qs, unquote, urlsplit

import msgspec
import requests
from urllib3.exceptions import HTTPError

from chassis.clock import now
from chassis.logs import get_logger
from chassis.metrics import counter
from services.outreach.channels.channel import Answer, Fate, Message
from services.outreach.channels.email.sigv4 import Credentials, signed_headers
from services.outreach.channels.pooled import Pooled
from services.outreach.settings import OutreachSettings

log = get_logger(__name__)

PATH = "/v2/email/outbound-emails"
LONGEST_ANSWER = 65_536
LONGEST_TEXT = 500

_REFUSED = {400, 413, 422}
"""What is wrong with this mail. Of the other 4xx it is not to blame."""

_DOUBTFUL = {500, 502, 504}
"""Whoever says this may have carried the request out before."""

requests_sent = counter(
    "outreach_mail_provider_requests_total",
    "Requests to the mail provider, by what became of the mail.",
    ("fate",),
    starts=[(one,) for one in ("accepted", "refused", "deferred", "broken", "unreached", "uncertain")],
)


@dataclass(frozen=True)
class Provider:
    """Where the API is, and who we are there. ``seconds`` is the longest wait for an answer."""

    origin: str
    host: str
    credentials: Credentials
    configuration_set: str
    seconds: float

    @classmethod
    def at(cls, url: str, *, seconds: float) -> "Provider":
        """The provider of ``ses://access_key:secret_key@email.REGION.amazonaws.com?configuration_set=…``.

        ``ses+http://`` is without TLS, for tests; ``region=`` names what the host does not. Raises
        ValueError for anything else.
        """
        parts = urlsplit(url)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        labels = (parts.hostname or "").split(".")
        region = query.get("region") or (labels[1] if len(labels) > 2 else "")
        access_key, secret_key = unquote(parts.username or ""), unquote(parts.password or "")
        if parts.scheme not in {"ses", "ses+http"} or not (access_key and secret_key and region):
            raise ValueError("the mail provider's URL must be ses://access_key:secret_key@host")
        host = parts.netloc.rpartition("@")[2]
        scheme = "https" if parts.scheme == "ses" else "http"
        credentials = Credentials(access_key, secret_key, region, "ses")
        return cls(f"{scheme}://{host}", host, credentials, query.get("configuration_set", ""), seconds)


@dataclass(frozen=True)
class Price:
    """The agreed price of a mail; ``amount`` is None where there is none."""

    amount: Decimal | None = None
    currency: str = ""

    @classmethod
    def of(cls, amount: str, currency: str) -> "Price":
        """A price as it stands in the settings. Raises ValueError for one that is none."""
        if not amount:
            return cls()
        if not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,4})?", amount) or not re.fullmatch("[A-Z]{3}", currency):
            raise ValueError("the price of a mail needs a number of at most four decimals, and a currency")
        return cls(Decimal(amount), currency)


class _Body(io.BytesIO):
    """A request's body that knows how much of it was given away. The last byte goes by itself."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self._size = len(data)

    def read(self, size: int | None = -1) -> bytes:
        left = self._size - self.tell()
        most = left if size is None or size < 0 else size
        return super().read(min(most, left - 1) if left > 1 else most)

    @property
    def fate(self) -> Fate:
        """What became of a mail when the request failed now."""
        if self.tell() == 0:
            return "unreached"
        return "uncertain" if self.tell() >= self._size else "broken"


class Ses:
    """Sends mails over the API, each with a call that blocks. Any thread may call it."""

    def __init__(self, provider: Provider, price: Price) -> None:
        self._provider = provider
        self._price = price
        self._own = threading.local()

    def send(self, message: Message) -> Answer:
        """Hand one mail over."""
        answer = self._hand_over(message)
        requests_sent.labels(fate=answer.fate).inc()
        if answer.fate in ("unreached", "broken", "uncertain"):
            log.warning("mail_provider_failed", fate=answer.fate, reason=answer.text)
        return answer

    def _hand_over(self, message: Message) -> Answer:
        provider, data = self._provider, self._request(message)
        body = _Body(data)
        try:
            with self._session().post(
                provider.origin + PATH,
                data=body,
                headers=signed_headers(
                    provider.credentials, host=provider.host, path=PATH, body=data, at=now()
                ),
                timeout=provider.seconds,
                allow_redirects=False,
                stream=True,
            ) as response:
                said = bytes(response.raw.read(LONGEST_ANSWER, decode_content=True))
                return self._answer(message, response.status_code, said)
        except (requests.RequestException, HTTPError, OSError) as error:
            why = (str(error) or type(error).__name__)[:LONGEST_TEXT]
            return Answer(message.delivery_id, body.fate, why)

    def _session(self) -> requests.Session:
        """One for each thread."""
        session: requests.Session | None = getattr(self._own, "session", None)
        if session is None:
            session = self._own.session = requests.Session()
            session.trust_env = False
        return session

    def _request(self, message: Message) -> bytes:
        request: dict[str, object] = {
            "FromEmailAddress": message.return_path,
            "Destination": {"ToAddresses": [message.address]},
            "Content": {"Raw": {"Data": b64encode(message.content).decode()}},
        }
        if self._provider.configuration_set:
            request["ConfigurationSetName"] = self._provider.configuration_set
        return msgspec.json.encode(request)

    def _answer(self, message: Message, status: int, said: bytes) -> Answer:
        text = f"{status} {' '.join(said.decode('utf-8', 'replace').split())}"[:LONGEST_TEXT]
        if 200 <= status < 300:
            provider_id = _message_id(said)
            if not provider_id:
                return Answer(message.delivery_id, "uncertain", f"no id in the answer: {text}"[:LONGEST_TEXT])
            price = self._price
            return Answer(message.delivery_id, "accepted", text, provider_id, price.amount, price.currency)
        if status in _REFUSED:
            return Answer(message.delivery_id, "refused", text)
        return Answer(message.delivery_id, "uncertain" if status in _DOUBTFUL else "deferred", text)


def provider_way(settings: OutreachSettings, url: str) -> Pooled:
    """The transport to the provider of ``url``. Raises ValueError for a wrong URL or price."""
    provider = Provider.at(url, seconds=settings.mail_provider_seconds)
    ses = Ses(provider, Price.of(settings.mail_price, settings.mail_currency))
    return Pooled(
        ses.send,
        name="mail-provider",
        connections=settings.mail_provider_connections,
        seconds=2 * settings.mail_provider_seconds,
    )


def _message_id(said: bytes) -> str:
    try:
        answer = msgspec.json.decode(said)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ""
    found = answer.get("MessageId") if isinstance(answer, dict) else None
    return found[:255] if isinstance(found, str) else ""
