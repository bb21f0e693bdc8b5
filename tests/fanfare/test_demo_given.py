"""A stack that is given must be the right one; what is missing is said before anything is done to it."""

import json
import smtplib
import threading
from collections.abc import Iterator
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from chassis import tokens
from chassis.auth import Authority
from fanfare.commands import SERVICES, fanfare
from fanfare.demo.given import GivenStack, on_given
from fanfare.demo.people import PLANNER
from fanfare.demo.recipients import mails_of
from fanfare.demo.world import Unplayable, World
from fanfare.local.mailsink import MailSink
from fanfare.local.ports import HOST, free_port


class Described(BaseHTTPRequestHandler):
    """Shows the OpenAPI document of the service that the path begins with."""

    asked: list[tuple[str, str, str | None]] = []
    """Host, path and token of every request, by whomever."""

    def do_GET(self) -> None:
        self.asked.append((self.headers["Host"], self.path, self.headers["Authorization"]))
        service = self.path.split("/")[1]
        body = json.dumps({"info": {"title": f"Fanfare {service}"}}, separators=(",", ":")).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Silent."""


@pytest.fixture(scope="module")
def base() -> Iterator[str]:
    """Below this address each service has its own, that ends with its name."""
    server = HTTPServer((HOST, 0), Described)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http://{HOST}:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def jwks(tmp_path: Path) -> Path:
    """The keys that the stack trusts; the private one is beside them."""
    tokens.ensure_keys(tmp_path / "jwks.json")
    return tmp_path / "jwks.json"


def given(base: str, jwks: Path, **settings: Any) -> GivenStack:
    values: dict[str, Any] = {f"{service}_url": f"{base}/{service}/" for service in SERVICES}
    values |= {"oidc_jwks": str(jwks), "mail_port": free_port(), **settings}
    return GivenStack(service="demo", **values)


def refused(stack: GivenStack, folder: Path) -> str:
    """Why ``stack`` cannot be played on."""
    with pytest.raises(Unplayable) as refusal, on_given(stack, folder):
        pytest.fail("it is taken")
    return str(refusal.value)


def send(host: str, port: int, *, text: str) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "shop@example.com", "ada@example.org", "News"
    mail.set_content(text)
    with smtplib.SMTP(host, port) as server:
        server.send_message(mail)


def addresses_of(world: World) -> list[str]:
    return [recipient for recipient, _ in mails_of(world)]


def test_mails_that_are_sent_to_the_demo_itself_are_found(base: str, jwks: Path, tmp_path: Path) -> None:
    stack = given(base, jwks, mail_host="0.0.0.0")
    with on_given(stack, tmp_path) as world:
        send(HOST, stack.mail_port, text=f"Reference {world.code}")
        assert addresses_of(world) == ["ada@example.org"]


def test_mails_of_others_in_the_same_mailbox_do_not_count(
    base: str, jwks: Path, mail_sink: MailSink, tmp_path: Path
) -> None:
    send(HOST, mail_sink.port, text="Reference DEMO-1")
    with on_given(given(base, jwks, mailbox=mail_sink.folder), tmp_path) as world:
        send(HOST, mail_sink.port, text="Something else")
        assert addresses_of(world) == []
        send(HOST, mail_sink.port, text=f"Reference {world.code}")
        assert addresses_of(world) == ["ada@example.org"]


def test_people_sign_in_with_the_given_key_for_a_department_of_this_run_alone(
    base: str, jwks: Path, tmp_path: Path
) -> None:
    stack = given(base, jwks, oidc_issuer="somebody", oidc_departments_claim="org.units")
    departments: set[str] = set()
    for _ in range(2):
        with on_given(stack, tmp_path) as world:
            world.api.get(PLANNER, "lead", "/contacts")
        actor = Authority(stack).actor(Described.asked[-1][2])
        assert (actor.subject, *actor.roles) == (PLANNER.subject, PLANNER.role)
        assert actor.departments == {world.department}
        departments |= actor.departments
    assert len(departments) == 2


def test_links_that_do_not_lead_out_of_here_are_followed_at_the_address_of_outreach(
    base: str, jwks: Path, tmp_path: Path
) -> None:
    with on_given(given(base, jwks, links_url="https://mail.example.com/"), tmp_path) as world:
        assert world.api.send("GET", "https://mail.example.com/c/token").ok
    assert Described.asked[-1] == ("mail.example.com", "/outreach/c/token", None)


def test_a_service_at_the_address_of_another_is_named(base: str, jwks: Path, tmp_path: Path) -> None:
    assert refused(given(base, jwks, lead_url=f"{base}/finance"), tmp_path) == (
        f"FANFARE_DEMO_LEAD_URL names {base}/finance, where something else than the lead service answers."
    )


def test_a_key_that_cannot_sign_is_named(base: str, jwks: Path, tmp_path: Path) -> None:
    public = tmp_path / "public.json"
    public.write_text(json.dumps(json.loads(jwks.read_text())["keys"][0]))
    assert "a public key" in refused(given(base, jwks, signing_key=public), tmp_path)
    assert "cannot be read as a key" in refused(given(base, jwks, signing_key=jwks), tmp_path)
    assert "No such file" in refused(given(base, tmp_path / "nowhere" / "jwks.json"), tmp_path)


def test_a_mailbox_that_no_sink_keeps_is_named(base: str, jwks: Path, tmp_path: Path) -> None:
    assert refused(given(base, jwks, mailbox=tmp_path), tmp_path) == (
        f"FANFARE_DEMO_MAILBOX names {tmp_path}, where no mail sink keeps its mails."
    )


def test_a_port_for_mails_that_is_taken_is_named(
    base: str, jwks: Path, mail_sink: MailSink, tmp_path: Path
) -> None:
    reason = refused(given(base, jwks, mail_port=mail_sink.port), tmp_path)
    assert reason.startswith(f"Somebody else takes mails on {HOST}:{mail_sink.port}. ")


@pytest.mark.parametrize(
    ("options", "settings", "reason"),
    [
        (["--contacts", __file__], {}, "On a given stack only the sample is mailed"),
        ([], {"FANFARE_DEMO_LEAD_URL": "lead"}, "FANFARE_DEMO_LEAD_URL is wrong"),
        ([], {"FANFARE_CONFIG": "/nowhere"}, "FANFARE_CONFIG names /nowhere"),
    ],
)
def test_the_command_refuses_what_it_cannot_use(
    options: list[str], settings: dict[str, str], reason: str
) -> None:
    ended = CliRunner().invoke(fanfare, ["demo", "--stack", "given", *options], env=settings)
    assert (ended.exit_code, reason in ended.output) == (2, True), ended.output
