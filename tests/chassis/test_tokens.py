"""Keys and tokens for where there is no identity provider."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from chassis import clock, tokens
from chassis.auth import Actor, Authority
from chassis.config import Settings
from chassis.errors import Unauthenticated
from contracts.roles import ANALYST


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(service="tests", oidc_jwks=str(tmp_path / "keys" / "jwks.json"))


def _mint(settings: Settings, **options: timedelta) -> str:
    key = tokens.read_key(tokens.ensure_keys(settings.oidc_jwks))
    return "Bearer " + tokens.mint(
        key, settings, subject="ada", roles=[ANALYST], departments=["north"], **options
    )


def test_a_minted_token_is_believed(settings: Settings) -> None:
    actor = Authority(settings).actor(_mint(settings))
    assert actor == Actor("ada", frozenset({ANALYST}), frozenset({"north"}))


def test_a_minted_token_runs_out(settings: Settings) -> None:
    token = _mint(settings, ttl=timedelta(minutes=5))
    clock.travel(seconds=400)
    with pytest.raises(Unauthenticated):
        Authority(settings).actor(token)


def test_the_private_key_is_for_its_owner_and_never_published(settings: Settings) -> None:
    private = tokens.ensure_keys(settings.oidc_jwks)
    published = json.loads(Path(settings.oidc_jwks).read_text())["keys"]
    assert private.stat().st_mode & 0o777 == 0o600
    assert len(published) == 1 and "d" not in published[0]


def test_keys_that_are_there_are_kept(settings: Settings) -> None:
    token = _mint(settings)
    tokens.ensure_keys(settings.oidc_jwks)
    assert Authority(settings).actor(token).subject == "ada"


def test_a_role_that_does_not_exist_is_not_minted(settings: Settings) -> None:
    key = tokens.read_key(tokens.ensure_keys(settings.oidc_jwks))
    with pytest.raises(ValueError, match="wizard"):
        tokens.mint(key, settings, subject="ada", roles=["wizard"])
