"""Whether an address or number is any good: valid, risky or invalid, with the reason.

What the rules say follows from the address alone, without asking the network. What was heard of it weighs
more: a bounce, or the word of a person. Either holds for as long as the contact has that address.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol

import phonenumbers
from phonenumbers import PhoneNumberType

VALID: Final = "valid"
RISKY: Final = "risky"
INVALID: Final = "invalid"
VALIDITIES = (VALID, RISKY, INVALID)

CHECKED = ("email", "phone", "fax")
"""What of a contact is judged, by the names of its columns."""

HEARD = {"email": "email", "sms": "phone", "fax": "fax"}
"""Which column the address of an outreach channel stands in."""

SHARED_MAILBOXES = frozenset(
    ("abuse", "accounts", "admin", "billing", "contact", "enquiries", "hello", "help", "hr", "info")
    + ("jobs", "mail", "marketing", "no-reply", "noreply", "office", "orders", "postmaster", "sales")
    + ("service", "support", "team", "webmaster")
)
RESERVED = ("test", "example", "invalid", "localhost")
"""Domains that lead nowhere, by RFC 2606."""

_LANDLINES = (PhoneNumberType.FIXED_LINE, PhoneNumberType.TOLL_FREE, PhoneNumberType.UAN)
_COSTLY = (PhoneNumberType.PREMIUM_RATE, PhoneNumberType.SHARED_COST)


@dataclass(frozen=True)
class Verdict:
    """How good an address is, and why."""

    validity: str
    reason: str = ""


@dataclass(frozen=True)
class ChannelState:
    """An address of a contact with the verdict that holds, and since when."""

    channel: str
    address: str
    validity: str
    reason: str
    checked_at: datetime


class Reachable(Protocol):
    """What is needed of a contact. ``reach`` has what was heard, by the names of columns."""

    email: str | None
    phone: str | None
    fax: str | None
    reach: dict[str, Any]
    changed_at: datetime


def judge(column: str, address: str) -> Verdict:
    """What the rules say of an address that is in normal form."""
    return _email(address) if column == "email" else _number(address, texts=column == "phone")


def states_of(contact: Reachable) -> list[ChannelState]:
    """The addresses of a contact, each with what was heard of it, or else what the rules say."""
    found = []
    for column in CHECKED:
        address: str | None = getattr(contact, column)
        if not address:
            continue
        heard = (contact.reach or {}).get(column)
        if heard is not None and heard["address"] == address:
            at = datetime.fromisoformat(heard["checked_at"])
            found.append(ChannelState(column, address, heard["validity"], heard["reason"], at))
        else:
            ruled = judge(column, address)
            found.append(ChannelState(column, address, ruled.validity, ruled.reason, contact.changed_at))
    return found


def heard_of(
    reach: Mapping[str, Any] | None, column: str, address: str, verdict: Verdict, *, at: datetime
) -> dict[str, Any]:
    """``reach`` with what was heard of an address."""
    told = {
        "address": address,
        "validity": verdict.validity,
        "reason": verdict.reason,
        "checked_at": at.isoformat(),
    }
    return {**(reach or {}), column: told}


def _email(address: str) -> Verdict:
    local, _, domain = address.rpartition("@")
    if domain.rpartition(".")[2].lower() in RESERVED:
        return Verdict(INVALID, "the domain is reserved and leads nowhere")
    if local.partition("+")[0].lower() in SHARED_MAILBOXES:
        return Verdict(RISKY, "a mailbox that several people read")
    return Verdict(VALID)


def _number(number: str, *, texts: bool) -> Verdict:
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return Verdict(INVALID, "not a number in international form")
    if not phonenumbers.is_valid_number(parsed):
        return Verdict(INVALID, "no such number in the plan of its country")
    kind = phonenumbers.number_type(parsed)
    if kind in _COSTLY:
        return Verdict(RISKY, "a number that costs the caller or the called more")
    if texts and kind in _LANDLINES:
        return Verdict(RISKY, "a landline, which takes calls and no text messages")
    return Verdict(VALID)
