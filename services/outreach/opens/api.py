"""The public route behind the image in a mail."""

import base64
from typing import cast

from werkzeug.wrappers import Response

from chassis.clock import now
from chassis.http import Request, route
from services.outreach.links import queries
from services.outreach.links.tokens import Signer
from services.outreach.opens.actions import record_open
from services.outreach.opens.verdict import Sight, judge
from services.outreach.settings import OutreachSettings

PIXEL = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
"""A transparent GIF of one pixel."""

_HEADERS = {"Cache-Control": "no-store, private", "Content-Security-Policy": "default-src 'none'"}


class OpensApi:
    """Noticing that a mail was opened."""

    @route("GET", "/o/<token>", public=True, writes=True)
    def show_pixel(self, request: Request, token: str) -> Response:
        """An image of one pixel; whoever asks with a token of ours has opened that mail."""
        settings = cast(OutreachSettings, request.settings)
        origin = queries.origin(request.session, Signer(settings.link_key), kind="o", token=token)
        if origin is not None:
            record_open(request.session, origin, judge(sight_of(request, origin)), agent=_agent(request))
        return Response(PIXEL, headers=_HEADERS, content_type="image/gif")


def sight_of(request: Request, origin: queries.Origin) -> Sight:
    """What the verdict on a request needs to know."""
    taken_at = origin.delivery.ended_at
    seconds = None if taken_at is None else (now() - taken_at).total_seconds()
    return Sight(method=request.method, agent=_agent(request), seconds=seconds)


def _agent(request: Request) -> str:
    return request.headers.get("User-Agent", "")
