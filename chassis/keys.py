"""Secret keys that nobody has to give: a service on SQLite keeps its own beside the database file."""

import os
import secrets
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from sqlalchemy import make_url

from chassis.config import PREFIX, ConfigError, Settings, setting

LEAST_CHARACTERS = 32


def kept_key(name: str, *, help: str) -> Any:
    """Declare the setting ``<name>_key``: a secret, made on first use in the file ``<service>-<name>.key``.

    On any other database than SQLite it must be set, since all processes of a service need the same one.
    It may hold several keys, a line each; ``keys_in`` tells them apart.
    """
    return setting(
        help=help,
        secret=True,
        minimum=LEAST_CHARACTERS,
        lines=True,
        derived=lambda settings: _kept(settings, name),
        shown="made once beside the SQLite file; must be set on PostgreSQL",
    )


def keys_in(text: str) -> tuple[str, ...]:
    """The keys that a setting holds. The first one signs, and what the others have signed stays good."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _kept(settings: Settings, name: str) -> str:
    url = make_url(settings.database_url)
    if url.get_backend_name() != "sqlite":
        variable = f"{PREFIX}{settings.service}_{name}_key".upper()
        raise ConfigError(f"{variable} is not set, and the {settings.service} service needs it.")
    if not url.database or url.database == ":memory:":
        return secrets.token_hex(LEAST_CHARACTERS)
    path = Path(url.database).parent / f"{settings.service}-{name}.key"
    if not path.exists():
        _make(path)
    found = path.read_text().strip()
    if len(found) < LEAST_CHARACTERS:
        raise ConfigError(f"{path} holds no key of at least {LEAST_CHARACTERS} characters.")
    return found


def _make(path: Path) -> None:
    """Several processes may come at once: a link appears with all its content, and only one can make it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile("w", dir=path.parent) as fresh:
        fresh.write(secrets.token_hex(LEAST_CHARACTERS))
        fresh.flush()
        with suppress(FileExistsError):
            os.link(fresh.name, path)
