"""The identity provider as a client of OpenID Connect: the code flow with PKCE (RFC 7636, RFC 9700)."""

import base64
import hashlib
import secrets
import time
from dataclasses import replace
from functools import cache
from typing import Any, TypeVar
from urllib.parse import urlencode

import msgspec
import requests

from chassis.auth import Actor, Authority
from chassis.errors import Unauthenticated, Unavailable
from chassis.logs import get_logger
from services.reporting.settings import ReportingSettings
from services.reporting.signin.sealing import Login

K = TypeVar("K")

TIMEOUT_SECONDS = 5.0
KEEP_SECONDS = 600.0
SCHEMES = ("http://", "https://")

log = get_logger(__name__)


class Discovery(msgspec.Struct):
    """What we need of the provider's openid-configuration."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str


class Tokens(msgspec.Struct):
    """What the provider gives for a code."""

    id_token: str
    access_token: str = ""


class Provider:
    """Talks to the provider that the settings name."""

    def __init__(self, settings: ReportingSettings) -> None:
        self.settings = settings
        # An id token is made out to the client; all else is checked, and read, as in any bearer token.
        self._authority = Authority(replace(settings, oidc_audience=settings.sign_in_client_id))
        self._discovery: Discovery | None = None
        self._read_at = float("-inf")

    @property
    def redirect_uri(self) -> str:
        """Where the provider sends people back to."""
        return f"{self.settings.public_url.rstrip('/')}/signed-in"

    def authorization_url(self, login: Login) -> str:
        """Where somebody signs in. Raises Unavailable."""
        digest = hashlib.sha256(login.verifier.encode()).digest()
        query = {
            "response_type": "code",
            "client_id": self.settings.sign_in_client_id,
            "redirect_uri": self.redirect_uri,
            "scope": self.settings.sign_in_scope,
            "state": login.state,
            "nonce": login.nonce,
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        endpoint = self._discovered().authorization_endpoint
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(query)}"

    def actor(self, code: str, login: Login, *, bearer: Authority) -> Actor:
        """Who signed in. Where the id token tells no roles, those of the access token count.

        Raises Unauthenticated for a code or tokens that are not accepted, and Unavailable.
        """
        tokens = self._exchange(code, login)
        actor = self._authority.actor(f"Bearer {tokens.id_token}")
        if _claims(tokens.id_token).get("nonce") != login.nonce:
            raise Unauthenticated("The id token belongs to another sign-in")
        if actor.roles or not tokens.access_token:
            return actor
        known = bearer.actor(f"Bearer {tokens.access_token}")
        if known.subject != actor.subject:
            raise Unauthenticated("The tokens are of two people")
        return known

    def _exchange(self, code: str, login: Login) -> Tokens:
        settings = self.settings
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect_uri,
            "client_id": settings.sign_in_client_id,
            "code_verifier": login.verifier,
        }
        secret = settings.sign_in_client_secret
        basic = (settings.sign_in_client_id, secret) if secret else None
        answer = _ask("POST", self._discovered().token_endpoint, data=form, auth=basic)
        if not answer.ok:
            log.warning("sign_in_refused_by_provider", status=answer.status_code)
            raise Unauthenticated("The identity provider did not accept the sign-in")
        return _read(answer, Tokens)

    def _discovered(self) -> Discovery:
        if self._discovery is None or time.monotonic() - self._read_at > KEEP_SECONDS:
            answer = _ask("GET", _discovery_url(self.settings))
            if not answer.ok:
                raise Unavailable("The identity provider does not tell how to sign in")
            found = _read(answer, Discovery)
            if found.issuer != self.settings.oidc_issuer:
                raise Unavailable("The identity provider is not the issuer of our tokens")
            self._discovery, self._read_at = found, time.monotonic()
        return self._discovery


@cache
def provider_of(settings: ReportingSettings) -> Provider:
    """The one provider of a service with these settings."""
    return Provider(settings)


def begun(*, goal: str, expires: int) -> Login:
    """A new sign-in with secrets of its own."""
    state, nonce, verifier = (secrets.token_urlsafe(48) for _ in range(3))
    return Login(state=state, nonce=nonce, verifier=verifier, goal=goal, expires=expires)


def _discovery_url(settings: ReportingSettings) -> str:
    if settings.sign_in_discovery is not None:
        return settings.sign_in_discovery
    if not settings.oidc_issuer.startswith(SCHEMES):
        raise Unavailable("Nobody said where the identity provider is")
    return f"{settings.oidc_issuer.rstrip('/')}/.well-known/openid-configuration"


def _ask(method: str, url: str, **options: Any) -> requests.Response:
    try:
        return requests.request(method, url, timeout=TIMEOUT_SECONDS, allow_redirects=False, **options)
    except requests.RequestException as error:
        log.warning("identity_provider_unreachable", error=str(error))
        raise Unavailable("The identity provider does not answer") from error


def _read(answer: requests.Response, kind: type[K]) -> K:
    try:
        return msgspec.json.decode(answer.content, type=kind)
    except msgspec.MsgspecError as error:
        raise Unavailable("The identity provider's answer cannot be read") from error


def _claims(verified: str) -> dict[str, Any]:
    """The claims of a token whose signature was checked before."""
    body = verified.split(".")[1]
    claims: dict[str, Any] = msgspec.json.decode(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return claims
