"""The sign-in over HTTP."""

import hmac
from datetime import timedelta
from itertools import product

from werkzeug.wrappers import Response

from chassis.auth import Actor
from chassis.clock import now
from chassis.errors import Unauthenticated
from chassis.http import Request, route
from chassis.logs import get_logger
from chassis.metrics import counter
from services.reporting.pages.rendering import sign_in_page, signed_out_page
from services.reporting.signin.provider import begun, provider_of
from services.reporting.signin.readers import (
    LOGIN,
    SESSION,
    cookie_of,
    let_in,
    local,
    redirect,
    set_cookie,
)
from services.reporting.signin.schemas import Goal, ProviderAnswer
from services.reporting.signin.sealing import Login, ends_at, unseal

LOGIN_SECONDS = 600

log = get_logger(__name__)

sign_ins_total = counter(
    "reporting_sign_ins_total",
    "Sign-ins to the pages that ended, by the way and by whether somebody was let in.",
    ("way", "outcome"),
    starts=product(("provider", "token"), ("let_in", "refused")),
)


class SignInApi:
    """Routes of the sign-in."""

    @route("GET", "/sign-in", public=True, query=Goal)
    def sign_in(self, request: Request) -> Response:
        """Send a browser to the identity provider; where none is set, ask for a bearer token."""
        goal = local(request.query["next"])
        if not request.settings.sign_in_client_id:
            return sign_in_page(request, goal=goal)
        login = begun(goal=goal, expires=ends_at(now() + timedelta(seconds=LOGIN_SECONDS)))
        location = provider_of(request.settings).authorization_url(login)
        response = Response(status=303, headers={"Location": location, "Cache-Control": "no-store"})
        set_cookie(request, response, LOGIN, login, seconds=LOGIN_SECONDS)
        return response

    @route("POST", "/sign-in", public=True, query=Goal, stream=True)
    def sign_in_by_token(self, request: Request) -> Response:
        """Sign in with a bearer token that was typed into the form."""
        goal = local(request.query["next"])
        token = next(iter(request.form().get("token", [])), "").strip()
        try:
            actor = request.endpoint.runtime.authority.actor(f"Bearer {token}")
        except Unauthenticated:
            sign_ins_total.labels("token", "refused").inc()
            return sign_in_page(request, goal=goal, refused=True)
        sign_ins_total.labels("token", "let_in").inc()
        return let_in(request, actor, goal=goal)

    @route("GET", "/signed-in", public=True, query=ProviderAnswer)
    def take_code(self, request: Request) -> Response:
        """Take what the identity provider sends people back with, and let them in."""
        try:
            login, actor = _known(request)
        except Unauthenticated:
            sign_ins_total.labels("provider", "refused").inc()
            raise
        sign_ins_total.labels("provider", "let_in").inc()
        return let_in(request, actor, goal=login.goal)

    @route("POST", "/sign-out", public=True, stream=True)
    def sign_out(self, request: Request) -> Response:
        """End the sign-in to the pages in this browser."""
        response = redirect(request, "/signed-out")
        set_cookie(request, response, SESSION, None)
        return response

    @route("GET", "/signed-out", public=True)
    def show_signed_out(self, request: Request) -> Response:
        """Say that the sign-in has ended, and lead to a new one."""
        return signed_out_page(request)


def _known(request: Request) -> tuple[Login, Actor]:
    """The sign-in that somebody comes back from, and who they are. Raises Unauthenticated."""
    login = unseal(cookie_of(request, LOGIN), Login, key=request.settings.link_key)
    code, state = request.query["code"], request.query["state"]
    if login is None or not hmac.compare_digest(login.state.encode(), state.encode()):
        raise Unauthenticated("This sign-in was not begun here, or took too long", presented=False)
    if not code:
        log.info("sign_in_refused", reason=request.query["error"][:100])
        raise Unauthenticated("The identity provider refused the sign-in", presented=False)
    bearer = request.endpoint.runtime.authority
    return login, provider_of(request.settings).actor(code, login, bearer=bearer)
