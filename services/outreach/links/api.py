"""The public routes behind the links in a mail. Looking never changes anything but the click count."""

from typing import cast

from werkzeug.urls import iri_to_uri
from werkzeug.wrappers import Response

from chassis.http import Request, route
from services.outreach.links import actions, pages, queries
from services.outreach.links.queries import Origin
from services.outreach.links.tokens import Kind, Signer
from services.outreach.opens.api import sight_of
from services.outreach.opens.verdict import judge
from services.outreach.settings import OutreachSettings

LONGEST_NOTE = 2000
LARGEST_FORM = 16 * 1024


class LinksApi:
    """Clicks, unsubscribing, and the answer form."""

    @route("GET", "/c/<token>", public=True, writes=True)
    def follow_link(self, request: Request, token: str) -> Response:
        """Lead on to the address of a tracked link, and count the click."""
        origin = _origin(request, "c", token)
        url = queries.destination(request.session, origin) if origin else None
        if origin is None or url is None:
            return pages.not_found()
        if request.method == "GET":
            verdict = judge(sight_of(request, origin))
            actions.record_click(request.session, origin, url=url, verdict=verdict)
        return pages.redirect(iri_to_uri(url))

    @route("GET", "/u/<token>", public=True)
    def ask_to_unsubscribe(self, request: Request, token: str) -> Response:
        """Show the page with the unsubscribe button. Nobody is unsubscribed by looking at it."""
        return pages.not_found() if _origin(request, "u", token) is None else pages.unsubscribe()

    @route("POST", "/u/<token>", public=True, stream=True, max_body=LARGEST_FORM)
    def unsubscribe(self, request: Request, token: str) -> Response:
        """Unsubscribe with one click (RFC 8058): the form says List-Unsubscribe=One-Click."""
        origin = _origin(request, "u", token)
        if origin is None:
            return pages.not_found()
        if _field(request.form(), "List-Unsubscribe") != "One-Click":
            return pages.unsubscribe()
        actions.unsubscribe(request.session, request.actor, origin)
        return pages.unsubscribed()

    @route("GET", "/f/<token>", public=True)
    def show_form(self, request: Request, token: str) -> Response:
        """Show the answer form."""
        origin = _origin(request, "f", token)
        return pages.not_found() if origin is None else pages.form(campaign=origin.mailing.campaign_name)

    @route("POST", "/f/<token>", public=True, stream=True, max_body=LARGEST_FORM)
    def submit_form(self, request: Request, token: str) -> Response:
        """Take an answer: interested (yes or no) and a note."""
        origin = _origin(request, "f", token)
        if origin is None:
            return pages.not_found()
        form = request.form()
        interested, note = _field(form, "interested"), _field(form, "note")
        wrong = _wrong(interested, note)
        if wrong:
            name = origin.mailing.campaign_name
            return pages.form(campaign=name, interested=interested, note=note, wrong=wrong)
        actions.submit_form(request.session, origin, interested=interested == "yes", note=note)
        return pages.thanks()


def _origin(request: Request, kind: Kind, token: str) -> Origin | None:
    settings = cast(OutreachSettings, request.settings)
    return queries.origin(request.session, Signer(settings.link_key), kind=kind, token=token)


def _field(form: dict[str, list[str]], name: str) -> str:
    """A field of the submitted form, empty where it is missing.

    PostgreSQL cannot keep a NUL. Browsers send a line break as two characters, and count it as one.
    """
    return form.get(name, [""])[0].replace("\0", "").replace("\r\n", "\n").strip()


def _wrong(interested: str, note: str) -> dict[str, str]:
    """Why fields are not accepted, by their names."""
    wrong = {}
    if interested not in {"yes", "no"}:
        wrong["interested"] = "Please choose yes or no."
    if len(note) > LONGEST_NOTE:
        wrong["note"] = f"Please write at most {LONGEST_NOTE} characters."
    return wrong
