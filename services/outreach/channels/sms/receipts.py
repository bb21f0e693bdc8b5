"""What a delivery receipt says. Its states are data; those that are not final tell nothing."""

import re
from dataclasses import dataclass
from importlib import resources
from typing import Any

import yaml

from services.outreach.channels.sms import gsm, pdu
from services.outreach.channels.sms.pdu import Delivered
from services.outreach.mailings.feedback import Kind

_FIELD = re.compile(r"\b(id|stat|err):\s*([^\s:]+)", re.IGNORECASE)
_LONGEST_STATE = 7
_CODINGS = {1: "latin-1", 3: "latin-1", 8: "utf-16-be"}


@dataclass(frozen=True, slots=True)
class Receipt:
    """Final news of one submission. ``reason`` is the state in lower case, and the error if there is one."""

    provider_id: str
    kind: Kind
    reason: str


def is_receipt(delivered: Delivered) -> bool:
    """Whether a deliver_sm is about a message of ours, and not a message itself."""
    return bool(delivered.esm_class & pdu.RECEIPT) or pdu.RECEIPTED_MESSAGE_ID in delivered.extras


def receipt_of(delivered: Delivered) -> Receipt | None:
    """What a receipt says; None while nothing is final, or where it names no message.

    The optional fields win over the text, whose form is only a custom (SMPP 3.4, appendix B).
    """
    said = {name.lower(): value for name, value in _FIELD.findall(text_of(delivered))}
    extras = delivered.extras
    named = extras.get(pdu.RECEIPTED_MESSAGE_ID, b"").partition(b"\0")[0].decode("latin-1")
    provider_id = named or said.get("id", "")
    number = extras.get(pdu.MESSAGE_STATE, b"")
    state = _MESSAGE_STATES.get(number[0]) if number else said.get("stat", "").upper()[:_LONGEST_STATE]
    error = said.get("err", "")
    if len(code := extras.get(pdu.NETWORK_ERROR_CODE, b"")) == 3:
        error = str(int.from_bytes(code[1:], "big"))
    kind = _STATES.get(state or "")
    if not provider_id or kind is None:
        return None
    if kind == "bounced_soft" and error.isdigit() and int(error) in _NEVER:
        kind = "bounced_hard"
    return Receipt(provider_id, kind, _reason(state or "", error))


def gateway_receipt(*, provider_id: str, status: str, error: str) -> Receipt | None:
    """What a gateway's callback says, by its MessageStatus and ErrorCode."""
    kind = _GATEWAY.get(status.lower())
    if not provider_id or kind is None:
        return None
    if kind == "bounced_soft" and error in _GATEWAY_NEVER:
        kind = "bounced_hard"
    return Receipt(provider_id, kind, _reason(status, error))


def text_of(delivered: Delivered) -> str:
    """The text of a deliver_sm without its user data header. PostgreSQL cannot keep a NUL."""
    octets = delivered.octets
    if delivered.esm_class & pdu.WITH_HEADER and octets:
        octets = octets[1 + octets[0] :]
    coding = _CODINGS.get(delivered.coding)
    text = octets.decode(coding, "replace") if coding else gsm.decode(octets)
    return text.replace("\0", "")


def spellings(provider_id: str) -> set[str]:
    """Other ways to write an id: some centres answer in hexadecimal and report in decimal, or the reverse."""
    found = {provider_id.lower(), provider_id.upper(), provider_id.lstrip("0")}
    if provider_id.isascii() and provider_id.isdigit():
        number = int(provider_id)
        found |= {f"{number:x}", f"{number:X}", f"{number:08x}", f"{number:08X}", f"{number:010d}"}
    if re.fullmatch("[0-9A-Fa-f]{1,16}", provider_id):
        number = int(provider_id, 16)
        found |= {str(number), f"{number:010d}"}
    return found - {provider_id, ""}


def _reason(state: str, error: str) -> str:
    failed = error.strip("0")
    return f"{state.lower()} {error}" if failed else state.lower()


def _read() -> dict[str, Any]:
    source = resources.files(__package__).joinpath("receipts.yaml").read_text(encoding="utf-8")
    found: dict[str, Any] = yaml.safe_load(source)
    return found


_DATA = _read()
_STATES: dict[str, Kind] = _DATA["states"]
_MESSAGE_STATES: dict[int, str] = _DATA["message_states"]
_NEVER: frozenset[int] = frozenset(_DATA["never"])
_GATEWAY: dict[str, Kind] = _DATA["gateway"]
_GATEWAY_NEVER: frozenset[str] = frozenset(_DATA["gateway_never"])
