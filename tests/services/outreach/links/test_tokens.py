"""Signed link tokens."""

from uuid import UUID

import pytest

from chassis.ids import new_id
from services.outreach.links.tokens import Kind, Link, Links, Signer, link_fields

KEY = "k" * 32


def test_a_token_says_what_was_signed() -> None:
    delivery = new_id()
    token = Signer(KEY).token("c", delivery, 259)
    assert Signer(KEY).read("c", token) == Link("c", delivery, 259)


def test_a_token_is_short_and_needs_no_escaping() -> None:
    token = Signer(KEY).token("c", new_id(), 1)
    assert len(token) == 47
    assert token.replace("-", "").replace("_", "").isalnum()


def test_a_token_of_another_key_is_worth_nothing() -> None:
    assert Signer("x" * 32).read("c", Signer(KEY).token("c", new_id())) is None


@pytest.mark.parametrize("kind", ["c", "f"])
def test_a_token_does_not_open_another_kind_of_link(kind: Kind) -> None:
    assert Signer(KEY).read(kind, Signer(KEY).token("u", new_id())) is None


def test_a_token_with_any_character_changed_is_worth_nothing() -> None:
    signer = Signer(KEY)
    token = signer.token("u", UUID(int=0), 7)
    changed = [
        token[:place] + letter + token[place + 1 :]
        for place in range(len(token) - 1)
        for letter in "AQgw_"
        if letter != token[place]
    ]
    assert [one for one in changed if signer.read("u", one)] == []


@pytest.mark.parametrize("token", ["", "A", "ä", "=" * 47, "A" * 46, "A" * 1000, "a b", "%00"])
def test_what_is_no_token_at_all_is_not_read(token: str) -> None:
    assert Signer(KEY).read("c", token) is None


def test_each_link_of_a_mail_has_an_address_of_its_own() -> None:
    values = Links(key=KEY, public_url="https://mail.example/").of(new_id(), count=2)
    assert values["link_0"].startswith("https://mail.example/c/")
    assert values["unsubscribe_url"].startswith("https://mail.example/u/")
    assert values["form_url"].startswith("https://mail.example/f/")
    assert len(set(values.values())) == len(values) == 7


@pytest.mark.parametrize("kind", ["c", "u", "f", "p"])
def test_a_short_token_says_the_same_in_34_characters(kind: Kind) -> None:
    delivery_id = new_id()
    token = Signer("k" * 32).short(kind, delivery_id, 3)
    assert len(token) == 34
    assert Signer("k" * 32).read(kind, token) == Link(kind, delivery_id, 3)


def test_a_short_token_changed_anywhere_or_used_for_another_kind_is_worth_nothing() -> None:
    signer, other = Signer("k" * 32), Signer("x" * 32)
    token = signer.short("c", new_id())
    assert signer.read("u", token) is None
    assert other.read("c", token) is None
    for place, character in enumerate(token[:-1]):
        changed = token[:place] + ("A" if character != "A" else "B") + token[place + 1 :]
        assert signer.read("c", changed) is None


def test_a_new_key_signs_and_what_a_former_one_signed_stays_good_while_it_is_kept() -> None:
    former, new, both = Signer(KEY), Signer("n" * 32), Signer(f"{'n' * 32}\n{KEY}")
    delivery = new_id()
    for old, fresh in ((former.token, both.token), (former.short, both.short)):
        assert both.read("u", old("u", delivery)) == new.read("u", fresh("u", delivery)) is not None
        assert former.read("u", fresh("u", delivery)) is None
        assert new.read("u", old("u", delivery)) is None


def test_tokens_made_at_once_are_those_made_one_by_one() -> None:
    signer, delivery_id = Signer(KEY), new_id()
    fields = link_fields(count=3)
    assert signer.tokens(delivery_id, fields) == [
        signer.token(one.kind, delivery_id, one.number) for one in fields
    ]
    assert signer.tokens(delivery_id, []) == []
