"""What outreach needs to know beside what every service does: the mail server and the link key."""

import os
import secrets
from dataclasses import dataclass
from email.utils import parseaddr
from pathlib import Path

from sqlalchemy import make_url

from chassis.config import ConfigError, Settings, Url, api_port, setting


def _link_key(settings: Settings) -> str:
    """The key beside the SQLite file, made on first use. Raises ConfigError on any other database."""
    url = make_url(settings.database_url)
    if url.get_backend_name() != "sqlite":
        raise ConfigError("FANFARE_OUTREACH_LINK_KEY is not set, and the outreach service needs it.")
    if not url.database or url.database == ":memory:":
        return secrets.token_hex(32)
    path = Path(url.database).parent / "outreach-link.key"
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(secrets.token_hex(32))
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink(missing_ok=True)
    return path.read_text().strip()


@dataclass(frozen=True, kw_only=True)
class OutreachSettings(Settings):
    """Settings of the outreach service. Durations are in seconds."""

    http_port: int = api_port(8004)
    smtp_url: Url = setting(
        "smtp://127.0.0.1:2525",
        help="mail server as smtp://user:password@host:port (STARTTLS where offered) or smtps:// (TLS)",
        secret=True,
    )
    smtp_connections: int = setting(4, help="connections that one sender keeps to the mail server", minimum=1)
    smtp_seconds: float = setting(60.0, help="longest wait for an answer of the mail server", minimum=1)
    mail_from: str = setting(
        "Fanfare <no-reply@fanfare.invalid>",
        help="From of every mail; its address is the envelope sender",
    )
    link_key: str = setting(
        help="secret of at least 32 characters that signs the links in mails; a new one voids them",
        secret=True,
        derived=_link_key,
        shown="made once beside the SQLite file; must be set on PostgreSQL",
    )
    lease_seconds: float = setting(
        60.0, help="after this time without a sign of life a sender's batch is taken over", minimum=1
    )
    send_batch: int = setting(100, help="deliveries that a sender takes at once", minimum=1, maximum=500)
    send_tries: int = setting(8, help="tries of one delivery before it fails", minimum=1)
    send_retry_seconds: float = setting(10.0, help="wait before the first retry; each doubles it", minimum=0)
    contact_seconds: float = setting(
        60.0, help="how long after its start a mailing waits for contacts that are not known yet", minimum=0
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        if len(self.link_key) < 32:
            raise ConfigError("FANFARE_OUTREACH_LINK_KEY is wrong: it needs at least 32 characters.")
        if "@" not in parseaddr(self.mail_from)[1]:
            raise ConfigError("FANFARE_OUTREACH_MAIL_FROM is wrong: it names no address.")
