"""Settings of a service, read once at start from the environment and checked there.

``FANFARE_<SERVICE>_<NAME>`` wins over ``FANFARE_<NAME>``. With ``_FILE`` added to its name, a
variable names a file that holds the value, as Docker and Kubernetes secrets do.
``FANFARE_CONFIG`` names a file of such variables in .env format; the environment wins over it.
A service adds its own settings, and its own default port, in a subclass of ``Settings``.
"""

import dataclasses
import difflib
import logging
import os
import types
from collections.abc import Callable, Iterator
from dataclasses import MISSING, dataclass
from pathlib import Path
from typing import (
    Annotated,
    Any,
    Literal,
    TypeVar,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
    overload,
)
from urllib.parse import urlsplit

from environs import EnvValidationError, FileAwareEnv, validate
from marshmallow import ValidationError

from contracts.topology import QUEUES

PREFIX = "FANFARE_"
CONFIG_VARIABLE = f"{PREFIX}CONFIG"

Url = Annotated[str, "URL"]
"""The type of a setting that must be a URL with a scheme."""

PARSERS = {str: "str", int: "int", float: "float", bool: "bool", Path: "path"}
"""How environs calls the parser of each type that a setting may have, beside Url and Literal."""

log = logging.getLogger(__name__)

T = TypeVar("T")


class ConfigError(ValueError):
    """A setting is missing or wrong. The text is one sentence that names the variable."""


@overload
def setting(
    default: T, *, help: str, secret: bool = ..., minimum: float | None = ..., maximum: float | None = ...
) -> T: ...
@overload
def setting(
    *,
    help: str,
    secret: bool = ...,
    minimum: float | None = ...,
    maximum: float | None = ...,
    derived: Callable[[Any], object] | None = ...,
    shown: str | None = ...,
    lines: bool = ...,
) -> Any: ...
def setting(
    default: Any = MISSING,
    *,
    help: str,
    secret: bool = False,
    minimum: float | None = None,
    maximum: float | None = None,
    derived: Callable[[Any], object] | None = None,
    shown: str | None = None,
    lines: bool = False,
) -> Any:
    """Declare a setting; without a default it must be set.

    ``derived`` computes the default from the other settings, and ``shown`` says so in the docs.
    ``minimum`` and ``maximum`` bound a number, ``minimum`` also the characters of a text, or with ``lines``
    those of each of its lines. A ``secret`` stays out of ``repr`` and logs.
    """
    if derived:
        default = None
    bounds = (minimum, maximum)
    metadata = {"help": help, "secret": secret, "bounds": bounds, "derived": derived, "shown": shown}
    metadata["lines"] = lines
    return dataclasses.field(default=default, repr=not secret, kw_only=True, metadata=metadata)


def api_port(default: int) -> int:
    """The setting of the HTTP API's port; a service declares its own default as ``http_port``."""
    return setting(default, help="port of the HTTP API; 0 takes a free one", minimum=0, maximum=65535)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What every service needs to run. Durations are in seconds, sizes in bytes."""

    service: str
    database_url: Url = setting(
        help="SQLAlchemy URL of the service's own database",
        secret=True,
        derived=lambda settings: f"sqlite:///var/{settings.service}.db",
        shown="sqlite:///var/<service>.db",
    )
    pool_size: int = setting(20, help="database connections kept open by one process", minimum=1)
    broker_url: Url = setting(
        "memory://", help="AMQP URL of the broker; memory:// within one process", secret=True
    )
    http_host: str = setting("127.0.0.1", help="address the HTTP API listens on")
    http_port: int = api_port(8000)
    probe_host: str = setting("127.0.0.1", help="address that /livez, /readyz and /metrics listen on")
    probe_port: int = setting(
        help="port of /livez, /readyz and /metrics; 0 takes a free one",
        minimum=0,
        maximum=65535,
        derived=lambda settings: settings.http_port and settings.http_port + 1000,
        shown="http_port + 1000",
    )
    public_url: Url = setting(
        help="how the outside world reaches the HTTP API; links are built on it",
        derived=lambda settings: f"http://{settings.http_host}:{settings.http_port}",
        shown="http://<http_host>:<http_port>",
    )
    oidc_issuer: str = setting("fanfare", help="issuer (iss) that bearer tokens must name")
    oidc_audience: str = setting("fanfare", help="audience (aud) that bearer tokens must name")
    oidc_jwks: str = setting("var/jwks.json", help="path or URL of the issuer's public keys (JWKS)")
    oidc_roles_claim: str = setting("roles", help="claim that lists the roles; dots reach into objects")
    oidc_departments_claim: str = setting(
        "departments", help="claim that lists the departments; dots reach into objects"
    )
    log_level: Literal["debug", "info", "warning", "error"] = setting("info", help="lowest level logged")
    otlp_endpoint: Url | None = setting(None, help="OTLP endpoint that traces go to; unset: none do")
    grace_seconds: float = setting(25.0, help="longest time from SIGTERM to exit", minimum=1)
    batch_size: int = setting(200, help="most messages applied in one transaction", minimum=1)
    attempts: int = setting(8, help="tries of a message before it is set aside as dead", minimum=1)
    retry_base_seconds: float = setting(1.0, help="wait before the first retry; each doubles it", minimum=0)
    retry_cap_seconds: float = setting(300.0, help="longest wait between two retries", minimum=0)
    gap_seconds: float = setting(30.0, help="how long to wait for a gap in an aggregate's events", minimum=0)
    relay_poll_seconds: float = setting(0.2, help="pause between two looks at the outbox", minimum=0.01)
    relay_gather_seconds: float = setting(
        0.01, help="longest pause after a batch shipped, in which more can gather", minimum=0
    )
    relay_batch: int = setting(500, help="most events shipped in one transaction", minimum=1)
    audit_seal_seconds: float = setting(10.0, help="pause between two seals of the audit trail", minimum=0.1)
    max_body_bytes: int = setting(1024 * 1024, help="largest request body that is read", minimum=1)
    max_workers: int = setting(50, help="requests and messages handled at the same time", minimum=1)
    workers: str = setting(
        "", help="workers that a process of `fanfare work` runs, by name with commas between; empty: all"
    )

    def __post_init__(self) -> None:
        for field in dataclasses.fields(self):
            derived = field.metadata.get("derived")
            if derived and getattr(self, field.name) is None:
                object.__setattr__(self, field.name, derived(self))


S = TypeVar("S", bound=Settings)


@dataclass(frozen=True)
class Description:
    """One setting as the docs show it: its variable, type, default (empty: must be set) and meaning."""

    name: str
    type: str
    default: str
    help: str


def load(settings_class: type[S], service: str) -> S:
    """Read the settings of ``service``. Raises ConfigError for the first one that is missing or wrong."""
    env = FileAwareEnv(strip_whitespace=True)
    if path := os.environ.get(CONFIG_VARIABLE):
        if not Path(path).is_file():
            raise ConfigError(f"{CONFIG_VARIABLE} names {path}, which is not a file.")
        env.read_env(path, recurse=False)
    given: dict[str, Any] = {"service": service}
    present = {*os.environ, *env._environ}
    for field, hint in _declared(settings_class):
        for name in _variables(field.name, service):
            if present.isdisjoint((name, f"{name}_FILE")):
                continue
            value = _read(env, name, field, hint)
            if value is not MISSING:
                given[field.name] = value
                break
        else:
            if field.default is MISSING:
                raise ConfigError(f"{name} is not set, and the {service} service needs it.")
    _warn_of_typos(settings_class, service, sorted(present))
    return settings_class(**given)


def describe(settings_class: type[Settings]) -> list[Description]:
    """The settings of a class in the order of their declaration, as rows for the docs."""
    rows = []
    for field, hint in _declared(settings_class):
        shown = field.metadata["shown"]
        if shown is None:
            shown = "" if field.default is MISSING else str(field.default)
        rows.append(Description(_variables(field.name)[-1], _type_name(hint), shown, field.metadata["help"]))
    return rows


def _declared(settings_class: type[Settings]) -> Iterator[tuple[dataclasses.Field[Any], Any]]:
    hints = get_type_hints(settings_class, include_extras=True)
    for field in dataclasses.fields(settings_class):
        if field.name != "service":
            yield field, hints[field.name]


def _variables(field_name: str, service: str | None = None) -> list[str]:
    general = f"{PREFIX}{field_name.upper()}"
    if service is None:
        return [general]
    return [f"{_service_prefix(service)}{field_name.upper()}", general]


def _service_prefix(service: str) -> str:
    return f"{PREFIX}{service.upper().replace('-', '_')}_"


def _read(env: FileAwareEnv, name: str, field: dataclasses.Field[Any], hint: Any) -> Any:
    try:
        return _parse(env, name, hint, field.metadata["bounds"], lines=field.metadata["lines"])
    except EnvValidationError as error:
        messages = cast("list[str]", error.error_messages)
        reason = "; ".join(message.rstrip(".") for message in messages)
        raise ConfigError(f"{name} is wrong: {reason[:1].lower()}{reason[1:]}.") from None
    except UnicodeDecodeError:
        raise ConfigError(f"{name}_FILE names a file that is not UTF-8 text.") from None
    except ValueError as error:
        raise ConfigError(str(error)) from None


def _parse(
    env: FileAwareEnv, name: str, hint: Any, bounds: tuple[float | None, float | None], *, lines: bool
) -> Any:
    hint = _without_none(hint)
    check: Callable[[str], object] | None = None
    if hint == Url:
        hint, check = str, _check_url
    elif get_origin(hint) is Literal:
        hint, check = str, validate.OneOf(get_args(hint))
    elif hint in (int, float):
        check = validate.Range(*bounds)
    elif hint is str and bounds[0]:
        check = _long_enough(int(bounds[0]), lines=lines)
    parse = getattr(env, PARSERS[hint])
    return parse(name, MISSING, validate=check)


def _long_enough(least: int, *, lines: bool) -> Callable[[str], object]:
    each = "in each line" if lines else ""
    check = validate.Length(least, error=f"It needs at least {{min}} characters {each}".rstrip() + ".")
    return lambda text: [check(part) for part in (text.strip().splitlines() if lines else [text])]


def _check_url(value: str) -> None:
    parts = urlsplit(value)
    if not parts.scheme or f"{parts.scheme}:" == value or "://" not in value:
        raise ValidationError("Not a URL such as scheme://host/path.")


def _without_none(hint: Any) -> Any:
    if get_origin(hint) in (Union, types.UnionType):
        return next(part for part in get_args(hint) if part is not type(None))
    return hint


def _type_name(hint: Any) -> str:
    hint = _without_none(hint)
    if hint == Url:
        return "URL"
    if get_origin(hint) is Literal:
        return " | ".join(get_args(hint))
    return cast(str, hint.__name__)


def _warn_of_typos(settings_class: type[Settings], service: str, names: list[str]) -> None:
    known = {CONFIG_VARIABLE: CONFIG_VARIABLE}
    for field, _ in _declared(settings_class):
        for variable in _variables(field.name, service):
            known |= {variable: field.name, f"{variable}_FILE": f"{field.name}_file"}
    own = _service_prefix(service)
    others = tuple(_service_prefix(queue.service) for queue in QUEUES.values() if queue.service != service)
    for name in names:
        if not name.startswith(PREFIX) or name in known or name.startswith(others):
            continue
        prefix = own if name.startswith(own) else PREFIX
        near = difflib.get_close_matches(name.removeprefix(prefix).lower(), known.values(), n=1, cutoff=0.85)
        if near:
            log.warning("%s is not a setting; is %s meant?", name, prefix + near[0].upper())
        elif prefix == own:
            log.warning("%s is not a setting", name)
