"""Mails over a provider's API: whatever it answers, or does not, is one named fate."""

import json
import socket
import threading
from base64 import b64decode
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from chassis.ids import new_id
from fanfare.local.ports import HOST, free_port
from services.outreach.channels.channel import Answer, Message
from services.outreach.channels.email.provider import PATH, Price, Provider, Ses, provider_way
from services.outreach.channels.email.sigv4 import Credentials, signed_headers
from tests.services.outreach.builders import settings
from tests.services.outreach.channels.answering import Answering, answering

MAIL = Message(
    new_id(), "lin@example.org", b"Subject: x\r\n\r\n" + b"body\r\n" * 9000, "bounce+1@example.com"
)
FREE = Price()
TAKEN = b'{"MessageId": "ses-7"}'


@pytest.fixture
def provider() -> Iterator[Answering]:
    with answering() as told:
        yield told


def url_of(address: str) -> str:
    return f"ses+http://AKIA:s3cret%2Fkey@{address.removeprefix('http://')}?region=eu-central-1"


def sent(address: str, *, seconds: float = 5, price: Price = FREE) -> Answer:
    return Ses(Provider.at(url_of(address), seconds=seconds), price).send(MAIL)


def test_a_mail_that_is_taken_keeps_its_id_and_its_price(provider: Answering) -> None:
    provider.body = TAKEN
    answer = sent(provider.url, price=Price.of("0.0001", "USD"))
    assert (answer.fate, answer.provider_id) == ("accepted", "ses-7")
    assert (answer.price, answer.currency) == (Decimal("0.0001"), "USD")
    ((path, headers, body),) = provider.asked
    request = json.loads(body)
    assert path == PATH
    assert b64decode(request["Content"]["Raw"]["Data"]) == MAIL.content
    assert request["Destination"] == {"ToAddresses": ["lin@example.org"]}
    assert request["FromEmailAddress"] == "bounce+1@example.com"
    assert "AKIA/" in headers["authorization"]
    assert "s3cret" not in str(headers)


@pytest.mark.parametrize(
    ("status", "body", "fate"),
    [
        (400, b'{"message": "Email address is not verified."}', "refused"),
        (413, b"", "refused"),
        (403, b'{"message": "The security token is invalid."}', "deferred"),
        (404, b"", "deferred"),
        (429, b'{"message": "Maximum sending rate exceeded."}', "deferred"),
        (503, b"", "deferred"),
        (302, b"", "deferred"),
        (500, b"oops", "uncertain"),
        (502, b"<html>", "uncertain"),
        (504, b"", "uncertain"),
        (200, b"", "uncertain"),
        (200, b"<html>", "uncertain"),
        (200, b'{"MessageId": 7}', "uncertain"),
        (200, b"[]", "uncertain"),
        (200, b'{"MessageId": ""}', "uncertain"),
        (200, b'{"MessageId": "x", "y": "' + b"z" * 100_000, "uncertain"),
    ],
)
def test_every_answer_is_one_fate_with_the_words_kept(
    provider: Answering, status: int, body: bytes, fate: str
) -> None:
    provider.status, provider.body = status, body
    answer = sent(provider.url)
    assert answer.fate == fate
    assert str(status) in answer.text
    assert len(answer.text) <= 500


def test_a_provider_that_hangs_leaves_a_mail_uncertain(provider: Answering) -> None:
    provider.silent = True
    assert sent(provider.url, seconds=0.3).fate == "uncertain"


def test_a_provider_that_is_not_there_was_not_reached() -> None:
    assert sent(f"{HOST}:{free_port()}").fate == "unreached"


def test_a_connection_that_breaks_in_the_middle_leaves_the_mail_unsent() -> None:
    with socket.create_server((HOST, 0)) as listener:

        def hang_up() -> None:
            connection, _ = listener.accept()
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
            connection.recv(100)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            connection.close()

        thread = threading.Thread(target=hang_up, daemon=True)
        thread.start()
        large = Message(MAIL.delivery_id, MAIL.address, b"x" * 20_000_000, MAIL.return_path)
        provider = Provider.at(url_of(f"{HOST}:{listener.getsockname()[1]}"), seconds=5)
        assert Ses(provider, Price()).send(large).fate == "broken"
        thread.join(5)


def test_each_mail_of_a_batch_has_one_answer(provider: Answering) -> None:
    provider.body = TAKEN
    mails = [Message(new_id(), f"{number}@example.org", b"x") for number in range(30)]
    way = provider_way(settings(mail_price="0.0001", mail_currency="USD"), url_of(provider.url))
    answers = [one for page in way.deliver(mails, patience=0.1) for one in page]
    way.close()
    assert sorted(one.delivery_id for one in answers) == sorted(one.delivery_id for one in mails)
    assert {(one.fate, one.provider_id) for one in answers} == {("accepted", "ses-7")}


def test_the_region_is_in_the_name_of_the_host() -> None:
    provider = Provider.at("ses://AKIA:key@email.eu-west-1.amazonaws.com?configuration_set=news", seconds=5)
    assert (provider.origin, provider.credentials.region) == (
        "https://email.eu-west-1.amazonaws.com",
        "eu-west-1",
    )
    assert provider.configuration_set == "news"


@pytest.mark.parametrize(
    "url", ["https://email.eu-west-1.amazonaws.com", "ses://email.eu-west-1.amazonaws.com"]
)
def test_a_url_that_names_no_provider_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="ses://"):
        Provider.at(url, seconds=5)


@pytest.mark.parametrize(("amount", "currency"), [("x", "USD"), ("-1", "USD"), ("1.00001", "USD"), ("1", "")])
def test_a_price_that_is_none_is_refused(amount: str, currency: str) -> None:
    with pytest.raises(ValueError, match="price"):
        Price.of(amount, currency)


def test_a_signature_is_that_of_the_published_example() -> None:
    credentials = Credentials(
        "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "us-east-1", "service"
    )
    headers = signed_headers(
        credentials,
        host="example.amazonaws.com",
        path="/",
        body=b"Param1=value1",
        at=datetime(2015, 8, 30, 12, 36, tzinfo=UTC),
        content_type="application/x-www-form-urlencoded",
    )
    expected = "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"
    assert headers["authorization"].endswith(f"Signature={expected}")
