"""What delivery receipts say, in the forms that SMS centres give them."""

import pytest

from services.outreach.channels.sms.pdu import Delivered
from services.outreach.channels.sms.receipts import (
    Receipt,
    gateway_receipt,
    is_receipt,
    receipt_of,
    spellings,
    text_of,
)

USUAL = "id:{} sub:001 dlvrd:001 submit date:2611220101 done date:2611220102 stat:{} err:{} text:Our"


def a_delivery(text: str = "", *, esm_class: int = 4, **extras: bytes) -> Delivered:
    tags = {"named": 0x001E, "state": 0x0427, "code": 0x0423}
    found = {tags[name]: value for name, value in extras.items()}
    return Delivered("491511000001", "Fanfare", esm_class, 0, text.encode(), found)


@pytest.mark.parametrize(
    ("state", "error", "receipt"),
    [
        ("DELIVRD", "000", Receipt("7f", "delivered", "delivrd")),
        ("EXPIRED", "000", Receipt("7f", "bounced_soft", "expired")),
        ("UNDELIV", "034", Receipt("7f", "bounced_soft", "undeliv 034")),
        ("UNDELIV", "001", Receipt("7f", "bounced_hard", "undeliv 001")),
        ("REJECTD", "000", Receipt("7f", "bounced_soft", "rejectd")),
        ("ENROUTE", "000", None),
        ("ACCEPTD", "000", None),
        ("UNKNOWN", "000", None),
        ("NONSENSE", "000", None),
    ],
)
def test_the_usual_text_is_read(state: str, error: str, receipt: Receipt | None) -> None:
    assert receipt_of(a_delivery(USUAL.format("7f", state, error))) == receipt


def test_the_optional_fields_win_over_the_text() -> None:
    told = a_delivery(USUAL.format("1", "ENROUTE", "000"), named=b"7f\0", state=b"\x05", code=b"\x03\x00\x01")
    assert receipt_of(told) == Receipt("7f", "bounced_hard", "undeliv 1")


@pytest.mark.parametrize("text", ["", "stat:DELIVRD", "id:", "id: stat: err:", "\x1b\x1b"])
def test_a_receipt_that_names_nothing_says_nothing(text: str) -> None:
    assert receipt_of(a_delivery(text)) is None


def test_a_receipt_is_told_from_a_message() -> None:
    assert is_receipt(a_delivery())
    assert is_receipt(a_delivery(esm_class=0, named=b"7f\0"))
    assert not is_receipt(a_delivery("STOP", esm_class=0))
    assert not is_receipt(a_delivery("STOP", esm_class=0x40))


def test_texts_are_read_in_their_coding_without_their_header() -> None:
    header = bytes([5, 0, 3, 9, 2, 1])
    assert text_of(Delivered("1", "2", 0x40, 8, header + "退订".encode("utf-16-be"), {})) == "退订"
    assert text_of(Delivered("1", "2", 0, 3, "für".encode("latin-1"), {})) == "für"
    assert text_of(Delivered("1", "2", 0, 0, b"\x00 5 \x1be", {})) == "@ 5 €"
    assert text_of(Delivered("1", "2", 0, 8, b"\x00", {})) == "\ufffd"


def test_an_id_is_known_in_hexadecimal_and_in_decimal() -> None:
    assert "4096" in spellings("1000")
    assert "1000" in spellings("4096")
    assert "00001000" in spellings("4096")
    assert "abcdef" in spellings("ABCDEF")
    assert "11259375" in spellings("ABCDEF")
    assert "42" in spellings("0000042")
    assert spellings("not-hex-at-all") == {"NOT-HEX-AT-ALL"}


@pytest.mark.parametrize(
    ("status", "error", "kind"),
    [
        ("delivered", "", "delivered"),
        ("undelivered", "30003", "bounced_soft"),
        ("failed", "30005", "bounced_hard"),
        ("sent", "", None),
        ("queued", "", None),
        ("what", "", None),
    ],
)
def test_a_gateway_says_the_same_in_its_own_words(status: str, error: str, kind: str | None) -> None:
    receipt = gateway_receipt(provider_id="SM1", status=status, error=error)
    assert (receipt and receipt.kind) == kind
