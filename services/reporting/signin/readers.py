"""Who looks at a page: by bearer token, or by the cookie of a sign-in."""

from datetime import timedelta
from urllib.parse import urlencode, urlsplit

from werkzeug.http import dump_cookie, parse_cookie
from werkzeug.wrappers import Response

from chassis.auth import Actor
from chassis.clock import now
from chassis.errors import Forbidden, Unauthenticated
from chassis.http import Request
from services.reporting.access import READERS
from services.reporting.signin.sealing import Sealed, Session, ends_at, seal, unseal

SESSION, LOGIN = "fanfare_session", "fanfare_login"


def signed_in(request: Request) -> Actor | None:
    """Whoever holds a bearer token or is signed in; None for anybody else.

    Raises Forbidden for somebody who holds none of the roles that pages are for.
    """
    actor = request.actor if request.actor != Actor.anonymous() else _by_cookie(request)
    if actor is not None and not (actor.has(*READERS) or actor.administers):
        raise Forbidden(f"This needs one of the roles {', '.join(READERS)}")
    return actor


def to_sign_in(request: Request) -> Response:
    """Sends a browser to the sign-in, and back here after it. Raises Unauthenticated for other programs."""
    if "text/html" not in request.headers.get("Accept", ""):
        raise Unauthenticated("This needs a sign-in or a bearer token", presented=False)
    query = request.environ.get("QUERY_STRING", "")
    goal = f"{request.path}?{query}" if query else request.path
    return redirect(request, f"/sign-in?{urlencode({'next': goal})}")


def let_in(request: Request, actor: Actor, *, goal: str) -> Response:
    """Sends a browser on to ``goal`` with a session."""
    seconds = request.settings.sign_in_seconds
    session = Session(
        subject=actor.subject,
        roles=sorted(actor.roles),
        departments=sorted(actor.departments),
        expires=ends_at(now() + timedelta(seconds=seconds)),
    )
    response = redirect(request, goal)
    set_cookie(request, response, SESSION, session, seconds=seconds)
    return response


def redirect(request: Request, path: str) -> Response:
    """To a path of our own."""
    headers = {"Location": base_path(request) + path, "Cache-Control": "no-store"}
    return Response(status=303, headers=headers, content_type="text/plain")


def set_cookie(
    request: Request, response: Response, name: str, value: Sealed | None, *, seconds: int = 0
) -> None:
    """Have the browser keep a value where no script reads it, or drop it. Only links from elsewhere bring it.

    ``SameSite=Lax`` and not ``Strict``: the way back from the identity provider begins at another site.
    """
    text = "" if value is None else seal(value, key=request.settings.link_key)
    cookie = dump_cookie(
        name,
        text,
        max_age=seconds,
        path=base_path(request) or "/",
        secure=request.settings.public_url.startswith("https://"),
        httponly=True,
        samesite="Lax",
    )
    response.headers.add("Set-Cookie", cookie)


def base_path(request: Request) -> str:
    """What stands before our paths in the outside world."""
    public_url: str = request.settings.public_url
    return urlsplit(public_url).path.rstrip("/")


def local(goal: str) -> str:
    """``goal`` where it is a path of our own, else the overview. Browsers read a backslash as a slash."""
    plain = goal.startswith("/") and not goal.startswith("//") and "\\" not in goal
    return goal if plain and goal.isprintable() else "/pages/overview"


def cookie_of(request: Request, name: str) -> str:
    """The text of a cookie; empty where there is none."""
    return parse_cookie(request.environ).get(name, "")


def _by_cookie(request: Request) -> Actor | None:
    session = unseal(cookie_of(request, SESSION), Session, key=request.settings.link_key)
    if session is None:
        return None
    return Actor(session.subject, frozenset(session.roles), frozenset(session.departments))
