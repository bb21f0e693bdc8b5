"""Return paths lead back to their delivery, and to nothing else."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.outreach.channels.email.verp import ReturnPaths

KEY = "0123456789abcdef0123456789abcdef"
PATHS = ReturnPaths(key=KEY, address="bounce@mail.example.com")
DELIVERY = UUID(int=7)


@given(st.uuids())
def test_a_return_path_leads_back_to_its_delivery(delivery_id: UUID) -> None:
    address = PATHS.address_of(delivery_id)
    assert PATHS.delivery_of(address) == delivery_id


@given(st.uuids())
def test_a_return_path_fits_an_envelope(delivery_id: UUID) -> None:
    local, _, domain = PATHS.address_of(delivery_id).partition("@")
    assert len(local) <= 64
    assert domain == "mail.example.com"


@pytest.mark.parametrize("change", [str.upper, str.title, "<{}>".format, "Mailer <{}>".format])
def test_what_mail_servers_do_to_an_address_does_no_harm(change: object) -> None:
    assert callable(change)
    assert PATHS.delivery_of(change(PATHS.address_of(DELIVERY))) == DELIVERY


def test_the_domain_may_be_another() -> None:
    address = PATHS.address_of(DELIVERY).replace("mail.example.com", "relay.example.net")
    assert PATHS.delivery_of(address) == DELIVERY


@given(st.integers(min_value=0, max_value=47), st.sampled_from("0123456789abcdef"))
def test_a_token_tampered_with_leads_nowhere(place: int, digit: str) -> None:
    token = PATHS.token_of(DELIVERY)
    changed = token[:place] + digit + token[place + 1 :]
    found = PATHS.delivery_of(f"bounce+{changed}@mail.example.com")
    assert found == (DELIVERY if changed == token else None)


def test_another_key_does_not_read_it() -> None:
    others = ReturnPaths(key=KEY[::-1], address="bounce@mail.example.com")
    assert others.delivery_of(PATHS.address_of(DELIVERY)) is None


@given(st.text(max_size=100))
def test_any_other_text_leads_nowhere(text: str) -> None:
    assert PATHS.delivery_of(text) is None


@pytest.mark.parametrize(
    "address", ["", "<>", "bounce@mail.example.com", "bounce+@x.example", "lin@example.org"]
)
def test_an_ordinary_address_leads_nowhere(address: str) -> None:
    assert PATHS.delivery_of(address) is None


def test_bounces_of_mails_from_before_a_new_key_are_still_found() -> None:
    both = ReturnPaths(key=f"{KEY[::-1]}\n{KEY}", address="bounce@mail.example.com")
    assert both.delivery_of(PATHS.address_of(DELIVERY)) == DELIVERY
    assert both.delivery_of(both.address_of(DELIVERY)) == DELIVERY
    assert PATHS.delivery_of(both.address_of(DELIVERY)) is None
