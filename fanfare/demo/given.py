"""A stage that stands already: services that somebody else runs, on this machine or far away.

Where they are, the key that signs the tokens, and where the mails go are settings; the defaults are
those of ``fanfare run all``. The play has a department of its own, so that it mails nobody whom the
stack knew before, and changes no figure of anybody else.
"""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from joserfc.errors import JoseError

from chassis import tokens
from chassis.config import Settings, Url, setting
from fanfare.commands import SERVICES
from fanfare.demo import sample
from fanfare.demo.api import Api
from fanfare.demo.people import Person
from fanfare.demo.staging import SAMPLE_NAME, raise_if_dead
from fanfare.demo.world import Unplayable, World
from fanfare.local.mailsink import MailSink
from fanfare.local.ports import is_open

NAME = "demo"
"""Under which the settings are read: ``FANFARE_DEMO_LEAD_URL`` and so on."""


@dataclass(frozen=True, kw_only=True)
class GivenStack(Settings):
    """Where a stack is, how to sign in to it, and how to come by its mails."""

    campaign_url: Url = setting("http://127.0.0.1:8001", help="where the campaign service is")
    finance_url: Url = setting("http://127.0.0.1:8002", help="where the finance service is")
    lead_url: Url = setting("http://127.0.0.1:8003", help="where the lead service is")
    outreach_url: Url = setting("http://127.0.0.1:8004", help="where the outreach service is")
    reporting_url: Url = setting("http://127.0.0.1:8005", help="where the reporting service is")
    links_url: Url | None = setting(
        None, help="what links in mails begin with, where it cannot be reached from here"
    )
    signing_key: Path = setting(
        help="private key (JWK) whose public half the services trust",
        derived=lambda settings: tokens.private_path(settings.oidc_jwks),
        shown="signing-key.json beside FANFARE_OIDC_JWKS",
    )
    mailbox: Path | None = setting(
        None, help="folder in which the stack's mail sink keeps its mails; unset: the demo takes them itself"
    )
    mail_host: str = setting("127.0.0.1", help="address on which the demo takes mails")
    people: int = setting(sample.PEOPLE, help="how many people of the sample are imported", minimum=50)
    mail_port: int = setting(2525, help="port on which the demo takes mails", minimum=1, maximum=65535)

    @property
    def addresses(self) -> dict[str, str]:
        """The base URL of each service's API."""
        return {service: str(getattr(self, f"{service}_url")).rstrip("/") for service in SERVICES}


@contextmanager
def on_given(stack: GivenStack, folder: Path, *, say: Callable[[str], None] = print) -> Iterator[World]:
    """A world on ``stack``; the sample, and mails that the demo takes itself, go to ``folder``.

    Raises Unplayable where something that was given is not there, Unreachable for a silent address.
    """
    run = secrets.token_hex(4)
    department = f"demo-{run}"
    token_of = _signer(stack, department=department)
    with _mailbox(stack, folder) as (mailbox, check):
        api = Api(stack.addresses, token_of=token_of, check=check, detours=_detours(stack))
        for service in SERVICES:
            _recognise(api, service)
        yield World(
            api=api,
            mailbox=mailbox,
            contacts=sample.write(folder / SAMPLE_NAME, people=stack.people),
            department=department,
            code=f"DEMO-{run}",
            say=say,
            check=check,
        )


def _signer(stack: GivenStack, *, department: str) -> Callable[[Person], str]:
    try:
        key = tokens.read_key(stack.signing_key)
    except (OSError, ValueError, JoseError) as error:
        raise Unplayable(
            f"FANFARE_DEMO_SIGNING_KEY names a file that cannot be read as a key: {error}"
        ) from error
    if not key.is_private:
        raise Unplayable("FANFARE_DEMO_SIGNING_KEY names a public key, and only a private one signs tokens.")

    def token_of(person: Person) -> str:
        return tokens.mint(key, stack, subject=person.subject, roles=[person.role], departments=[department])

    return token_of


def _detours(stack: GivenStack) -> dict[str, str]:
    return {stack.links_url.rstrip("/"): stack.addresses["outreach"]} if stack.links_url else {}


@contextmanager
def _mailbox(stack: GivenStack, folder: Path) -> Iterator[tuple[Path, Callable[[], None]]]:
    """The folder that mails arrive in, and what raises when they no longer can."""
    if stack.mailbox is not None:
        if not (stack.mailbox / "new").is_dir():
            raise Unplayable(
                f"FANFARE_DEMO_MAILBOX names {stack.mailbox}, where no mail sink keeps its mails."
            )
        yield stack.mailbox, lambda: None
        return
    if is_open(stack.mail_port, host=stack.mail_host):
        raise Unplayable(
            f"Somebody else takes mails on {stack.mail_host}:{stack.mail_port}. Set FANFARE_DEMO_MAILBOX to "
            "the folder in which they are kept, or FANFARE_DEMO_MAIL_PORT to a port that is free."
        )
    with MailSink(folder / "mail", host=stack.mail_host, port=stack.mail_port) as sink:
        yield sink.folder, partial(raise_if_dead, [sink.process])


def _recognise(api: Api, service: str) -> None:
    """Its description tells which service it is."""
    address = api.addresses[service]
    description = api.send("GET", f"{address}/openapi.json").text
    if f'"title":"Fanfare {service}"' not in description:
        raise Unplayable(
            f"FANFARE_DEMO_{service.upper()}_URL names {address}, where something else than "
            f"the {service} service answers."
        )
