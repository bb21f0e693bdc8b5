"""Handing over to an HTTP gateway: what each answer, and none, means for a message."""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fanfare.local.ports import HOST, free_port, is_open
from fanfare.local.process import Child
from services.outreach.channels.sms.gateway import Gateway
from tests.services.outreach.channels.sms.conftest import SOURCE, Submit

LIN, ADA, MAX = "+491511000001", "+491511000002", "+491511000003"


class TroubledGateway:
    """See ``gateway_server``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.port = free_port()
        self.url = f"http://AC1:token@{HOST}:{self.port}"
        self.behave({})
        command = [sys.executable, "-m", "tests.services.outreach.channels.sms.gateway_server"]
        command += [str(self.port), str(folder)]
        self.process = Child("gateway", command, log=folder / "gateway.log", folder=SOURCE)
        self.process.start()
        self.process.wait_ready(lambda: is_open(self.port), seconds=20)

    def behave(self, moods: dict[str, str]) -> None:
        (self._folder / "moods.json").write_text(json.dumps(moods))

    @property
    def arrived(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (self._folder / "arrived").read_text().splitlines()]


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[TroubledGateway]:
    server = TroubledGateway(tmp_path)
    yield server
    server.process.kill()


def test_a_text_is_posted_as_the_api_wants_it_and_its_id_and_price_are_kept(
    gateway: TroubledGateway, submit: Submit
) -> None:
    gateway.behave({LIN: "priced"})
    answers = {
        one["address"]: one for one in submit(gateway.url, [(LIN, "Grüße"), (ADA, "退订")], price="0.05")
    }
    posted = {one["To"]: one for one in gateway.arrived}
    assert posted[LIN] == {
        "path": "/2010-04-01/Accounts/AC1/Messages.json",
        "user": "AC1:token",
        "To": LIN,
        "From": "Fanfare",
        "Body": "Grüße",
    }
    assert posted[ADA]["Body"] == "退订"
    assert answers[LIN]["fate"] == answers[ADA]["fate"] == "accepted"
    assert len(answers[LIN]["provider_id"]) == 34
    assert (answers[LIN]["price"], answers[LIN]["currency"]) == ("0.0075", "USD")
    assert (answers[ADA]["price"], answers[ADA]["currency"]) == ("0.10", "EUR")


@pytest.mark.parametrize(
    ("mood", "fate", "words"),
    [
        ("invalid", "refused", "400 Invalid 'To' Phone Number (21211)"),
        ("busy", "deferred", "429 Too Many Requests (20429)"),
        ("away", "deferred", "503 Service Unavailable"),
        ("broken", "uncertain", "500 An internal error"),
        ("moved", "unreached", "302 Found"),
        ("stranger", "unreached", "401 Authenticate (20003)"),
        ("odd", "uncertain", "200 OK"),
        ("hang", "uncertain", "ReadTimeout"),
        ("cut", "uncertain", "ConnectionError"),
    ],
)
def test_what_goes_wrong_with_one_message_concerns_no_other(
    *, gateway: TroubledGateway, submit: Submit, mood: str, fate: str, words: str
) -> None:
    gateway.behave({ADA: mood})
    answers = submit(gateway.url, [(LIN, "Hi"), (ADA, "Hi"), (MAX, "Hi")], seconds=2)
    assert {one["address"]: one["fate"] for one in answers} == {LIN: "accepted", ADA: fate, MAX: "accepted"}
    (ada,) = (one for one in answers if one["address"] == ADA)
    assert ada["text"].startswith(words)
    assert Counter(one["To"] for one in gateway.arrived) == {LIN: 1, ADA: 1, MAX: 1}


def test_nothing_is_tried_where_nobody_listens(submit: Submit) -> None:
    answers = submit(f"http://AC1:token@{HOST}:{free_port()}", [(LIN, "Hi")])
    assert [one["fate"] for one in answers] == ["unreached"]


def test_a_messaging_service_and_a_path_of_ones_own_are_understood() -> None:
    service = "MG" + "0" * 32
    gateway = Gateway.at(
        "https://a:b@sms.example:8443/send", sender=service, callback="https://x/y", seconds=5
    )
    assert gateway.url == "https://sms.example:8443/send"
    assert gateway.sender == service


@pytest.mark.parametrize("url", ["ftp://a:b@sms.example", "https://sms.example", "sms.example"])
def test_an_address_without_an_account_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="must be https"):
        Gateway.at(url, sender="Fanfare", callback="", seconds=5)
