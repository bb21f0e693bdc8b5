"""Faxes: a PDF by mail or over a gateway, to a number in E.164 form."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest
from msgspec.structs import replace

from chassis.config import ConfigError
from chassis.ids import new_id
from services.outreach.channels.channel import Answer, Message, Unsendable
from services.outreach.channels.email.verp import ReturnPaths
from services.outreach.channels.fax.gateway import FaxGateway
from services.outreach.channels.fax.ways import fax_ways
from services.outreach.channels.fax.writer import FaxWriter, fax_press
from services.outreach.mailings.audience import Recipient
from services.outreach.mailings.model import Mailing
from tests.services.outreach.builders import LINK_KEY
from tests.services.outreach.channels.answering import answering
from tests.services.outreach.channels.dm.pdfs import pages_of
from tests.services.outreach.channels.dm.pieces import a_recipient, an_edition, settings

NOW = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.fixture(scope="module", autouse=True)
def _press() -> Iterator[None]:
    yield
    fax_press().close()


def a_writer(**changes: Any) -> FaxWriter:
    edition = an_edition(text="Dear {{ full_name }},\n\nBye", subject="About {{ company }}")
    return FaxWriter(Mailing(campaign_name="Spring", campaign_code="S"), edition, settings(**changes))


def somebody(fax: str, *, country: str = "DE") -> Recipient:
    return replace(a_recipient(), address=fax, country=country)


def test_a_fax_is_a_pdf_to_a_number_in_e164_form() -> None:
    message = a_writer().write(somebody("030 123456-78"), date=NOW)
    assert message.address == "+493012345678"
    (page,) = pages_of(message.content)
    for words in ("Lin Müller", "Fax +493012345678", "About Example & Sons", "Dear Lin Müller"):
        assert page.box_of(words)


def test_a_number_that_is_none_fails_alone() -> None:
    for wrong in ("12", "fax", "+1 000", "a@b.example"):
        with pytest.raises(Unsendable, match="bad_address"):
            a_writer().write(somebody(wrong), date=NOW)


def test_by_mail_it_goes_to_the_service_with_the_pdf_attached_and_bounces_find_back() -> None:
    recipient = somebody("+493012345678")
    message = a_writer(fax_email="{number}@fax.example.com").write(recipient, date=NOW)
    assert message.address == "493012345678@fax.example.com"
    mail = message_from_bytes(message.content, policy=default)
    assert (mail["To"], mail["Subject"]) == ("493012345678@fax.example.com", "About Example & Sons")
    (attached,) = mail.iter_attachments()
    assert attached.get_content_type() == "application/pdf"
    pdf = attached.get_payload(decode=True)
    assert isinstance(pdf, bytes)
    assert len(pages_of(pdf)) == 1
    paths = ReturnPaths(key=LINK_KEY, address=settings().bounce_address)
    assert paths.delivery_of(message.return_path) == recipient.delivery_id


def test_a_subject_from_a_contact_adds_no_header_to_the_mail() -> None:
    recipient = replace(a_recipient(company="x\r\nBcc: all@example.com"), address="+493012345678")
    message = a_writer(fax_email="{number}@fax.example.com").write(recipient, date=NOW)
    assert message_from_bytes(message.content, policy=default)["Bcc"] is None


def test_only_one_way_is_set_up() -> None:
    assert fax_ways(settings()) == {}
    with pytest.raises(ConfigError, match="one way only"):
        fax_ways(settings(fax_email="{number}@a.example", fax_gateway_url="https://a:b@fax.example"))
    with pytest.raises(ConfigError, match="https://key:secret@host"):
        fax_ways(settings(fax_gateway_url="https://fax.example"))


def hand_over(url: str, *, seconds: float = 5.0) -> Answer:
    gateway = FaxGateway.at(url.replace("http://", "http://key:secret@"), seconds=seconds)
    return gateway.send(Message(new_id(), "+493012345678", b"%PDF-1.7"))


def test_the_gateway_gets_number_and_file_and_its_answer_is_kept() -> None:
    with answering() as server:
        server.body = b'{"success": true, "message": "queued", "data": {"id": 1234, "cost": 7}}'
        answer = hand_over(server.url)
    assert (answer.fate, answer.text, answer.provider_id) == ("accepted", "200 queued", "1234")
    assert (answer.price, answer.currency) == (Decimal("0.07"), "USD")
    ((path, headers, body),) = server.asked
    assert path == "/v2.1/faxes"
    assert headers["Authorization"].startswith("Basic ")
    assert b"+493012345678" in body and b"%PDF-1.7" in body


@pytest.mark.parametrize(
    ("status", "body", "fate"),
    [
        (200, b'{"success": false, "message": "no"}', "refused"),
        (200, b'{"success": true, "data": {}}', "uncertain"),
        (200, b"<html>", "uncertain"),
        (302, b"", "unreached"),
        (401, b"{}", "unreached"),
        (422, b'{"message": "bad number"}', "refused"),
        (429, b"{}", "deferred"),
        (500, b"", "uncertain"),
        (503, b"", "deferred"),
    ],
)
def test_every_answer_of_the_gateway_has_its_fate(status: int, body: bytes, fate: str) -> None:
    with answering() as server:
        server.status, server.body = status, body
        assert hand_over(server.url).fate == fate


def test_a_gateway_that_hangs_leaves_the_fax_uncertain_and_one_that_is_away_unreached() -> None:
    with answering() as server:
        server.silent = True
        assert hand_over(server.url, seconds=0.5).fate == "uncertain"
        url = server.url
    assert hand_over(url).fate == "unreached"
