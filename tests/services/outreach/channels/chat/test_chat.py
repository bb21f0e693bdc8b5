"""Chat messages go only where the settings let them, once, and what became of each is known or uncertain."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
import requests
from msgspec.structs import replace

from chassis.ids import new_id
from services.outreach.channels.channel import Answer, Message, Unsendable
from services.outreach.channels.chat.places import checked_place, require_public
from services.outreach.channels.chat.transport import Chat, chat_ways
from services.outreach.channels.chat.writer import ChatText, ChatWriter, services_of
from services.outreach.mailings.model import Mailing
from tests.services.outreach.channels.answering import Answering, answering
from tests.services.outreach.channels.dm.pieces import a_recipient, an_edition, settings

SLACK = "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#general"
ALLOWED = services_of(settings())
NOW = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("json://127.0.0.1/x", "forbidden_service"),
        ("http://169.254.169.254/latest", "forbidden_service"),
        ("https://10.0.0.1/hook", "forbidden_service"),
        ("https://hooks.slack.com@10.0.0.1/x", "forbidden_service"),
        ("file:///etc/passwd", "forbidden_service"),
        ("syslog://", "forbidden_service"),
        ("dbus://", "forbidden_service"),
        ("matrixs://user:pass@internal/#room", "forbidden_service"),
        ("slack", "bad_address"),
        ("", "bad_address"),
        ("slack://a\r\nb", "bad_address"),
        ("slack://../../etc", "bad_address"),
        ("slack://%2e%2e/x/%2e%2e/y", "bad_address"),
        ("https://[::1", "bad_address"),
        ("tgram://bot/1?topic=../x", "bad_address"),
    ],
)
def test_what_is_not_allowed_is_refused_before_anything_is_asked(url: str, reason: str) -> None:
    with pytest.raises(Unsendable, match=reason):
        checked_place(url, ALLOWED)


def test_options_that_could_name_files_and_hosts_are_left_out() -> None:
    url = "slack://a/b/c?template=/etc/passwd&verify=no&avatar=http://10.0.0.1/&thread=17&rto=999"
    assert checked_place(url, ALLOWED) == "slack://a/b/c?thread=17"


def test_web_addresses_that_the_services_give_out_are_taken() -> None:
    for url in ("https://hooks.slack.com/services/T1/A1/xyz", "https://discord.com/api/webhooks/1/abc"):
        assert checked_place(url, ALLOWED) == url


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "10.1.2.3", "169.254.169.254", "0.0.0.0"]
)
def test_a_service_that_takes_any_host_never_reaches_our_own_house(host: str) -> None:
    url = checked_place(f"mmosts://{host}/token", frozenset({"mmosts"}))
    with pytest.raises(Unsendable, match="forbidden_host"):
        require_public(url)


def a_writer(**changes: Any) -> ChatWriter:
    edition = an_edition(text="Hello {{ full_name }}", subject="{{ company }}")
    return ChatWriter(Mailing(campaign_name="Spring", campaign_code="S"), edition, settings(**changes))


def test_a_message_is_written_as_plain_text() -> None:
    message = a_writer().write(replace(a_recipient(), address=SLACK), date=NOW)
    said = msgspec.json.decode(message.content, type=ChatText)
    assert (said.title, said.body) == ("Example & Sons", "Hello Lin Müller")


def test_without_allowed_services_there_is_no_chat() -> None:
    assert chat_ways(settings(chat_services=" ")) == {}
    with pytest.raises(Unsendable, match="forbidden_service: slack"):
        a_writer(chat_services="discord").write(replace(a_recipient(), address=SLACK), date=NOW)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Answering]:
    """Stands where Slack stands: the one edge of the world that a test cannot have."""
    from apprise.plugins.slack import NotifySlack

    with answering() as told:
        monkeypatch.setattr(NotifySlack, "webhook_url", told.url)
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        yield told


def say(text: str = "Hello", *, seconds: float = 5.0, place: str = SLACK) -> Answer:
    content = msgspec.json.encode(ChatText("", text))
    return Chat(seconds).send(Message(new_id(), place, content))


def test_a_message_is_said_once_and_the_answer_is_kept(server: Answering) -> None:
    server.body = b"ok"
    answer = say("Hello there")
    assert (answer.fate, answer.text) == ("accepted", "taken by Slack")
    ((_, _, body),) = server.asked
    assert b"Hello there" in body


@pytest.mark.parametrize(
    ("status", "fate"),
    [(400, "refused"), (404, "refused"), (429, "deferred"), (503, "deferred"), (500, "uncertain")],
)
def test_every_answer_of_a_service_has_its_fate(server: Answering, status: int, fate: str) -> None:
    server.status = status
    assert say().fate == fate
    assert len(server.asked) == 1


def test_a_service_that_hangs_leaves_the_message_uncertain(server: Answering) -> None:
    server.silent = True
    answer = say(seconds=0.5)
    assert answer.fate == "uncertain"
    assert requests.ReadTimeout.__name__ in answer.text
    assert len(server.asked) == 1


def test_a_service_that_is_away_is_tried_again_later(monkeypatch: pytest.MonkeyPatch) -> None:
    from apprise.plugins.slack import NotifySlack

    with answering() as told:
        gone = told.url
    monkeypatch.setattr(NotifySlack, "webhook_url", gone)
    assert say().fate == "deferred"


def test_what_is_no_place_and_what_is_too_long_is_refused(server: Answering) -> None:
    assert say(place="slack://x").fate == "refused"
    assert say("x" * 40_000).text.startswith("too_long")
    assert say(place="tgram://123456789:abcdefghijklmnopqrstuvwxyz123456789/1/2").fate == "refused"
    assert server.asked == []
