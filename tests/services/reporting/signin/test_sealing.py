"""Values in cookies: nobody changes them, uses them for another purpose, or keeps them for longer."""

from chassis import clock
from chassis.clock import now
from services.reporting.signin.readers import local
from services.reporting.signin.sealing import Login, Session, ends_at, seal, unseal

KEY = "a key of at least thirty-two characters"


def session() -> Session:
    return Session(subject="anna", roles=["analyst"], departments=["north"], expires=ends_at(now()) + 60)


def test_a_sealed_value_comes_back_as_it_was() -> None:
    assert unseal(seal(session(), key=KEY), Session, key=KEY) == session()


def test_a_changed_value_and_a_foreign_key_are_refused() -> None:
    text = seal(session(), key=KEY)
    other = seal(Session(subject="root", roles=[], departments=["*"], expires=session().expires), key="other")
    assert unseal(text[1:], Session, key=KEY) is None
    assert unseal(other, Session, key=KEY) is None
    assert unseal(f"{other.partition('.')[0]}.{text.partition('.')[2]}", Session, key=KEY) is None
    for nonsense in ("", ".", "é.é", "a.b.c"):
        assert unseal(nonsense, Session, key=KEY) is None


def test_a_value_of_one_purpose_does_not_serve_another() -> None:
    login = Login(state="s", nonce="n", verifier="v", goal="/", expires=session().expires)
    assert unseal(seal(login, key=KEY), Session, key=KEY) is None


def test_a_value_ends_when_it_said_it_would() -> None:
    text = seal(session(), key=KEY)
    clock.travel(seconds=61)
    assert unseal(text, Session, key=KEY) is None


def test_only_paths_of_our_own_are_gone_to() -> None:
    assert local("/pages/funnel?lang=zh") == "/pages/funnel?lang=zh"
    for foreign in ("//evil.example", "https://evil.example", "/\\evil.example", "pages", "/a\r\nb"):
        assert local(foreign) == "/pages/overview"


def test_a_new_key_ends_no_sign_in_while_the_former_one_is_kept() -> None:
    new = "another key of at least thirty-two characters"
    assert unseal(seal(session(), key=KEY), Session, key=f"{new}\n{KEY}") == session()
    assert unseal(seal(session(), key=f"{new}\n{KEY}"), Session, key=new) == session()
    assert unseal(seal(session(), key=KEY), Session, key=new) is None
