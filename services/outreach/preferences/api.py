"""The public routes of the preference page. Looking changes nothing."""

from typing import cast

from werkzeug.wrappers import Response

from chassis.http import Request, route
from services.outreach.links import pages, queries
from services.outreach.links.queries import Origin
from services.outreach.links.tokens import Signer
from services.outreach.preferences import actions
from services.outreach.settings import OutreachSettings

LARGEST_FORM = 16 * 1024


class PreferencesApi:
    """Choosing how to be reached."""

    @route("GET", "/r/<token>", public=True)
    def show_preferences(self, request: Request, token: str) -> Response:
        """Show the channels that the recipient is reached over."""
        origin = _origin(request, token)
        if origin is None:
            return pages.not_found()
        return pages.preferences(actions.choices(request.session, origin))

    @route("POST", "/r/<token>", public=True, stream=True, max_body=LARGEST_FORM)
    def save_preferences(self, request: Request, token: str) -> Response:
        """Reach the recipient over the chosen channels alone, from this moment on."""
        origin = _origin(request, token)
        if origin is None:
            return pages.not_found()
        wanted = request.form().get("channel", [])
        actions.choose(request.session, request.actor, origin, wanted=wanted)
        return pages.preferences(actions.choices(request.session, origin), saved=True)


def _origin(request: Request, token: str) -> Origin | None:
    settings = cast(OutreachSettings, request.settings)
    return queries.origin(request.session, Signer(settings.link_key), kind="r", token=token)
