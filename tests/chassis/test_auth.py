"""Bearer tokens: which are believed, and what the actor may see."""

import base64
import hmac
import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey
from sqlalchemy import Column, MetaData, String, Table, create_engine, insert, select

from chassis import clock, jwks
from chassis.auth import Actor, Authority
from chassis.config import Settings
from chassis.errors import Forbidden, Unauthenticated, Unavailable
from contracts.roles import ADMINISTRATOR, ANALYST, SALES_REP

ES = ECKey.generate_key("P-256", {"kid": "one"}, private=True)


class Issuer:
    """Somebody who signs tokens and publishes the keys."""

    def __init__(self, folder: Path, *keys: Key) -> None:
        self.path = folder / "jwks.json"
        self.publish(*(keys or (ES,)))
        self.settings = Settings(service="tests", oidc_jwks=str(self.path))

    def publish(self, *keys: Key) -> None:
        self.path.write_text(json.dumps({"keys": [key.as_dict(private=False) for key in keys]}))

    def claims(self, **changes: Any) -> dict[str, Any]:
        seconds = int(clock.now().timestamp())
        claims = {"iss": "fanfare", "aud": "fanfare", "sub": "ada", "exp": seconds + 600, "roles": [ANALYST]}
        return {name: value for name, value in {**claims, **changes}.items() if value is not None}

    def token(self, key: Key = ES, alg: str = "ES256", **changes: Any) -> str:
        header = {"alg": alg} if key.kid is None else {"alg": alg, "kid": key.kid}
        return "Bearer " + jwt.encode(header, self.claims(**changes), key, algorithms=[alg])


@pytest.fixture
def issuer(tmp_path: Path) -> Issuer:
    return Issuer(tmp_path)


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys may be asked for again at once."""
    monkeypatch.setattr(jwks, "RETRY_SECONDS", 0.0)


def test_a_good_token_names_the_actor(issuer: Issuer) -> None:
    token = issuer.token(roles=[ANALYST, "wizard"], departments=["north"])
    assert Authority(issuer.settings).actor(token) == Actor("ada", frozenset({ANALYST}), frozenset({"north"}))


@pytest.mark.parametrize(
    ("key", "alg"),
    [
        (RSAKey.generate_key(2048, {"kid": "rsa"}, private=True), "RS256"),
        (ES, "ES256"),
        (OKPKey.generate_key("Ed25519", {"kid": "ed"}, private=True), "EdDSA"),
    ],
)
@pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")
def test_each_accepted_algorithm_is_verified(tmp_path: Path, key: Key, alg: str) -> None:
    issuer = Issuer(tmp_path, key)
    authority = Authority(issuer.settings)
    token = issuer.token(key, alg)
    assert authority.actor(token).subject == "ada"
    with pytest.raises(Unauthenticated):
        Authority(issuer.settings).actor(token[:-6] + "AAAAAA")


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "mallory"},
        {"iss": None},
        {"aud": "others"},
        {"aud": None},
        {"exp": None},
        {"exp": 1000},
        {"exp": "soon"},
        {"nbf": 9999999999},
        {"sub": None},
        {"sub": ""},
    ],
)
def test_a_claim_that_is_missing_or_wrong_is_refused(issuer: Issuer, changes: dict[str, Any]) -> None:
    with pytest.raises(Unauthenticated):
        Authority(issuer.settings).actor(issuer.token(**changes))


@pytest.mark.parametrize("header", [None, "", "Basic YTpi", "Bearer", "Bearer ", "Bearer a.b.c", "Bearer é"])
def test_what_is_no_token_is_refused(issuer: Issuer, header: str | None) -> None:
    with pytest.raises(Unauthenticated):
        Authority(issuer.settings).actor(header)


def test_an_unsigned_or_symmetric_token_is_refused(issuer: Issuer) -> None:
    payload = _encoded(issuer.claims())
    unsigned = f"{_encoded({'alg': 'none', 'kid': 'one'})}.{payload}."
    signed = f"{_encoded({'alg': 'HS256', 'kid': 'one'})}.{payload}"
    tag = hmac.digest(ES.as_pem(private=False), signed.encode(), "sha256")
    confused = f"{signed}.{base64.urlsafe_b64encode(tag).decode().rstrip('=')}"
    for token in (unsigned, confused):
        with pytest.raises(Unauthenticated):
            Authority(issuer.settings).actor(f"Bearer {token}")


def test_a_minute_of_difference_between_clocks_is_forgiven(issuer: Issuer) -> None:
    seconds = int(clock.now().timestamp())
    assert Authority(issuer.settings).actor(issuer.token(exp=seconds - 50)).subject == "ada"
    with pytest.raises(Unauthenticated):
        Authority(issuer.settings).actor(issuer.token(exp=seconds - 70))


def test_an_accepted_token_is_not_accepted_longer_than_it_lasts(issuer: Issuer) -> None:
    authority, token = Authority(issuer.settings), issuer.token()
    authority.actor(token)
    clock.travel(seconds=timedelta(minutes=12).total_seconds())
    with pytest.raises(Unauthenticated, match="expired"):
        authority.actor(token)


def test_a_new_key_is_fetched_when_a_token_names_it(issuer: Issuer, patient: None) -> None:
    authority = Authority(issuer.settings)
    authority.actor(issuer.token())
    fresh = ECKey.generate_key("P-256", {"kid": "two"}, private=True)
    issuer.publish(ES, fresh)
    assert authority.actor(issuer.token(fresh)).subject == "ada"


def test_unknown_keys_do_not_make_us_fetch_again_and_again(issuer: Issuer) -> None:
    authority = Authority(issuer.settings)
    authority.actor(issuer.token())
    fresh = ECKey.generate_key("P-256", {"kid": "two"}, private=True)
    issuer.publish(ES, fresh)
    with pytest.raises(Unauthenticated):
        authority.actor(issuer.token(fresh))


def test_a_withdrawn_key_ends_the_tokens_it_signed(
    issuer: Issuer, patient: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority, token = Authority(issuer.settings), issuer.token()
    authority.actor(token)
    issuer.publish(ECKey.generate_key("P-256", {"kid": "two"}, private=True))
    monkeypatch.setattr(jwks, "KEEP_SECONDS", 0.0)
    with pytest.raises(Unauthenticated):
        authority.actor(token)


def test_keys_that_cannot_be_read_are_not_the_callers_fault(tmp_path: Path) -> None:
    issuer = Issuer(tmp_path)
    issuer.path.unlink()
    with pytest.raises(Unavailable):
        Authority(issuer.settings).actor(issuer.token())


def test_known_keys_last_while_the_issuer_is_away(
    issuer: Issuer, patient: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = Authority(issuer.settings)
    authority.actor(issuer.token())
    issuer.path.write_text("<html>down for maintenance</html>")
    monkeypatch.setattr(jwks, "KEEP_SECONDS", 0.0)
    assert authority.actor(issuer.token(sub="bob")).subject == "bob"


def test_keys_come_from_an_address_too(issuer: Issuer, published: str) -> None:
    settings = Settings(service="tests", oidc_jwks=published)
    assert Authority(settings).actor(issuer.token()).subject == "ada"


def test_claims_may_be_nested_or_words_in_one_string(issuer: Issuer) -> None:
    settings = Settings(service="tests", oidc_jwks=str(issuer.path), oidc_roles_claim="realm_access.roles")
    token = issuer.token(realm_access={"roles": [ANALYST]}, departments="north south")
    actor = Authority(settings).actor(token)
    assert actor.has(ANALYST) and actor.departments == {"north", "south"}


def test_remembered_tokens_are_bounded(issuer: Issuer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chassis.auth.REMEMBERED_TOKENS", 3)
    authority = Authority(issuer.settings)
    for number in range(5):
        authority.actor(issuer.token(sub=f"p{number}"))
    assert len(authority._accepted) == 3


def test_only_departments_of_ones_own_are_seen() -> None:
    rep = Actor("bob", frozenset({SALES_REP}), frozenset({"north"}))
    boss = Actor("root", frozenset({ADMINISTRATOR}), frozenset())
    nobody = Actor.anonymous()
    assert (rep.may_see("north"), rep.may_see("south"), boss.may_see("south")) == (True, False, True)
    assert Actor.system("lead").may_see("south") and not nobody.may_see("north")
    with pytest.raises(Forbidden):
        rep.require_department("south")


def test_the_scope_of_an_actor_narrows_a_query() -> None:
    rows = Table("rows", MetaData(), Column("department", String))
    engine = create_engine("sqlite://")
    rows.metadata.create_all(engine)
    with engine.connect() as connection:
        connection.execute(insert(rows), [{"department": name} for name in ("north", "south")])
        for actor, expected in (
            (Actor("a", frozenset(), frozenset({"north"})), ["north"]),
            (Actor("a", frozenset(), frozenset({"*"})), ["north", "south"]),
            (Actor("a"), []),
        ):
            found = connection.scalars(select(rows).where(actor.scope(rows.c.department)))
            assert sorted(found) == expected


@pytest.fixture
def published(issuer: Issuer) -> Iterator[str]:
    """The address where the issuer's keys can be fetched."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(issuer.path.read_bytes())

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/keys"
    server.shutdown()
    thread.join()
    server.server_close()


def _encoded(part: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")
