"""HTTP entrypoints of pre-sales requests."""

from urllib.parse import quote
from uuid import UUID

from werkzeug.wrappers import Response

from chassis.files.api import SAFELY
from chassis.files.store import store_of
from chassis.http import Page, Request, route
from services.lead.requests import actions, queries
from services.lead.requests.handing import HandedOn, hand_on
from services.lead.requests.model import PreSalesRequest
from services.lead.requests.queries import RequestNow
from services.lead.requests.schemas import (
    AnswerBody,
    HandedOnView,
    Handing,
    NewRequest,
    Note,
    Reason,
    Reassignment,
    RequestChange,
    RequestFilter,
    RequestView,
    Waiting,
)
from services.lead.requests.sharing import PLACE, Doorway, shared_file
from services.lead.roles import EDITORS, JUDGES, READERS

ONE = "/requests/<uuid:request_id>"


class RequestsApi:
    """Opening, handing on, answering and closing requests."""

    @route("POST", "/requests", roles=EDITORS, body=NewRequest, returns=RequestView, status=201)
    def open_request(self, request: Request) -> RequestNow:
        """Open a request for material, a sample, a quotation, technical advice or something else."""
        opened = actions.open_request(request.session, request.actor, **request.body)
        return queries.standing(request.session, opened)

    @route("GET", "/requests", roles=READERS, query=RequestFilter, returns=RequestView, many=True)
    def list_requests(self, request: Request) -> Page:
        """List requests, newest first; ``late=true`` is the check list of what is late."""
        page = request.page(queries.requests(request.actor, **request.query), PreSalesRequest.id)
        return Page(queries.shown(page.items), page.next)

    @route("GET", ONE, roles=READERS, returns=RequestView)
    def show_request(self, request: Request, request_id: UUID) -> RequestNow:
        """Show a request."""
        return queries.find_request(request.session, request.actor, request_id)

    @route("PATCH", ONE, roles=EDITORS, body=RequestChange, returns=RequestView)
    def change_request(self, request: Request, request_id: UUID) -> RequestNow:
        """Change what is asked for, the tasks or the documents. If-Match is needed."""
        taken = queries.take_request(request.session, request.actor, request_id)
        request.require_match(taken)
        changed = actions.change_request(request.session, request.actor, request=taken, **request.body)
        return queries.standing(request.session, changed)

    @route("POST", f"{ONE}/responder", roles=JUDGES, body=Reassignment, returns=RequestView)
    def reassign_request(self, request: Request, request_id: UUID) -> RequestNow:
        """Give a request to another responder, by name or to whoever has the fewest."""
        taken = self._taken(request, request_id)
        given = actions.reassign(request.session, request.actor, request=taken, **request.body)
        return queries.standing(request.session, given)

    @route("POST", "/request-handovers", roles=JUDGES, body=Handing, returns=HandedOnView)
    def hand_requests_on(self, request: Request) -> HandedOn:
        """Give all unanswered requests of a responder to others, evenly, as when somebody leaves."""
        return hand_on(request.session, request.actor, **request.body)

    @route("POST", f"{ONE}/begin", roles=EDITORS, body=Note, returns=RequestView)
    def begin_request(self, request: Request, request_id: UUID) -> RequestNow:
        """Take a request up: that is its first response."""
        taken = self._taken(request, request_id)
        begun = actions.begin(request.session, request.actor, request=taken, **request.body)
        return queries.standing(request.session, begun)

    @route("POST", f"{ONE}/wait", roles=EDITORS, body=Waiting, returns=RequestView)
    def let_request_wait(self, request: Request, request_id: UUID) -> RequestNow:
        """Wait for somebody else. The time stands still meanwhile."""
        taken = self._taken(request, request_id)
        waiting = actions.wait(request.session, request.actor, request=taken, **request.body)
        return queries.standing(request.session, waiting)

    @route("POST", f"{ONE}/resume", roles=EDITORS, body=Note, returns=RequestView)
    def resume_request(self, request: Request, request_id: UUID) -> RequestNow:
        """Go on with a request that waited."""
        taken = self._taken(request, request_id)
        resumed = actions.resume(request.session, request.actor, request=taken, **request.body)
        return queries.standing(request.session, resumed)

    @route("POST", f"{ONE}/answer", roles=EDITORS, body=AnswerBody, returns=RequestView)
    def answer_request(self, request: Request, request_id: UUID) -> RequestNow:
        """Answer a request; a message is mailed to the contact, with links to the documents."""
        taken, settings = self._taken(request, request_id), request.settings
        doorway = Doorway(settings.public_url, settings.document_link_days)
        answered = actions.answer(
            request.session, request.actor, request=taken, doorway=doorway, **request.body
        )
        return queries.standing(request.session, answered)

    @route("POST", f"{ONE}/reopen", roles=EDITORS, body=Reason, returns=RequestView)
    def reopen_request(self, request: Request, request_id: UUID) -> RequestNow:
        """Have a request answered anew, because the answer was not enough."""
        taken = self._taken(request, request_id)
        reopened = actions.reopen(request.session, request.actor, request=taken, **request.body)
        return queries.standing(request.session, reopened)

    @route("POST", f"{ONE}/close", roles=EDITORS, body=Note, returns=RequestView)
    def close_request(self, request: Request, request_id: UUID) -> RequestNow:
        """Close a request that is answered."""
        taken = self._taken(request, request_id)
        closed = actions.close(request.session, request.actor, request=taken, **request.body)
        return queries.standing(request.session, closed)

    @route("POST", f"{ONE}/cancel", roles=EDITORS, body=Reason, returns=RequestView)
    def cancel_request(self, request: Request, request_id: UUID) -> RequestNow:
        """Cancel a request that nobody needs an answer to any more."""
        taken = self._taken(request, request_id)
        cancelled = actions.close(request.session, request.actor, request=taken, cancel=True, **request.body)
        return queries.standing(request.session, cancelled)

    @route("GET", f"{PLACE}/<token>", public=True)
    def fetch_shared_document(self, request: Request, token: str) -> Response:
        """Fetch a document by the link that the contact got. 404 when the link is no longer good."""
        file = shared_file(request.session, token)
        named = f"attachment; filename*=UTF-8''{quote(file.name)}"
        headers = {"Content-Disposition": named, "Cache-Control": "private, no-store", **SAFELY}
        content = store_of(request.settings).read(str(file.id))
        return Response(content, content_type=file.media_type, headers=headers)

    def _taken(self, request: Request, request_id: UUID) -> PreSalesRequest:
        taken = queries.take_request(request.session, request.actor, request_id)
        request.match(taken)
        return taken
