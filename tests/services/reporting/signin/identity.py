"""A small OpenID provider for the tests: discovery, a page to sign in on, the code flow with PKCE, and keys.

It refuses what a real one refuses: an unknown client, a foreign redirect, a used code, a wrong verifier.
"""

import base64
import hashlib
import json
import secrets
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from joserfc import jwt
from werkzeug.wrappers import Request, Response

from chassis import clock, tokens
from fanfare.local.ports import HOST, free_port
from tests.harness.people import jwks

CLIENT, SECRET = "fanfare-pages", "the secret of the pages"
AUDIENCE = "fanfare"


@dataclass
class Identity:
    """``people`` are the claims by subject. ``roles_in`` names the token that tells the roles."""

    url: str
    redirect_uri: str
    people: Mapping[str, Mapping[str, Any]]
    roles_in: str = "access_token"
    twist: dict[str, Any] = field(default_factory=dict)
    """Claims of the id token that are wrong on purpose."""

    _codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        request = Request(environ)
        answers = {
            "/.well-known/openid-configuration": self._discovery,
            "/keys": self._keys,
            "/authorize": self._authorize,
            "/token": self._token,
        }
        answer = answers.get(request.path)
        response = Response("not found", 404) if answer is None else answer(request)
        return response(environ, start_response)

    def _discovery(self, _request: Request) -> Response:
        return _json(
            {
                "issuer": self.url,
                "authorization_endpoint": f"{self.url}/authorize",
                "token_endpoint": f"{self.url}/token",
                "jwks_uri": f"{self.url}/keys",
            }
        )

    def _keys(self, _request: Request) -> Response:
        return Response(jwks().read_bytes(), content_type="application/json")

    def _authorize(self, request: Request) -> Response:
        asked = request.args
        right = {"response_type": "code", "client_id": CLIENT, "code_challenge_method": "S256"}
        right["redirect_uri"] = self.redirect_uri
        if any(asked.get(name) != value for name, value in right.items()):
            return Response("This client may not ask for that", 400)
        if request.method == "GET":
            return Response(_FORM, content_type="text/html; charset=utf-8")
        code = secrets.token_urlsafe()
        self._codes[code] = {**asked.to_dict(), "subject": request.form["subject"]}
        answer = urlencode({"code": code, "state": asked["state"]})
        return Response(status=302, headers={"Location": f"{self.redirect_uri}?{answer}"})

    def _token(self, request: Request) -> Response:
        form, client = request.form, request.authorization
        known = client is not None and (client.username, client.password) == (CLIENT, SECRET)
        asked = self._codes.pop(form.get("code", ""), None)
        if not known or asked is None or form.get("redirect_uri") != asked["redirect_uri"]:
            return _json({"error": "invalid_grant"}, 400)
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != asked["code_challenge"]:
            return _json({"error": "invalid_grant"}, 400)
        subject = asked["subject"]
        id_token = self._sign(subject, CLIENT, nonce=asked["nonce"], **self.twist)
        access_token = self._sign(subject, AUDIENCE, "access_token")
        return _json({"id_token": id_token, "access_token": access_token, "token_type": "Bearer"})

    def _sign(self, subject: str, audience: str, kind: str = "id_token", **claims: Any) -> str:
        key, began = tokens.read_key(tokens.private_path(jwks())), int(clock.now().timestamp())
        told = self.people[subject] if kind == self.roles_in else {}
        body = {"iss": self.url, "aud": audience, "sub": subject, "iat": began, "exp": began + 300}
        return jwt.encode({"alg": tokens.ALGORITHM, "kid": key.kid}, {**body, **told, **claims}, key)


@contextmanager
def identity_provider(redirect_uri: str, people: Mapping[str, Mapping[str, Any]]) -> Iterator[Identity]:
    """Runs the provider while the block lasts."""
    port = free_port()
    provider = Identity(f"http://{HOST}:{port}", redirect_uri, people)
    server = make_server(HOST, port, provider, WSGIServer, _Silent)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()


def query_of(url: str) -> dict[str, str]:
    """The query of an address."""
    return dict(parse_qsl(url.partition("?")[2]))


class _Silent(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        """Nothing: the tests ask the provider for what they need to know."""


_FORM = """<!doctype html><html lang="en"><title>Who are you?</title><link rel="icon" href="data:,">
<form method="post"><label>Name <input name="subject"></label> <button>Go</button></form></html>"""


def _json(document: object, status: int = 200) -> Response:
    return Response(json.dumps(document), status, content_type="application/json")
