"""The mails that answer requests, over HTTP."""

from uuid import UUID

from chassis.http import Page, Request, route
from contracts.roles import MARKETING_MANAGER, SALES_MANAGER
from services.outreach.correspondence import actions, queries
from services.outreach.correspondence.model import AnswerMail
from services.outreach.correspondence.schemas import AnswerMailFilter, AnswerMailView

OVERSEERS = (MARKETING_MANAGER, SALES_MANAGER)


class CorrespondenceApi:
    """Routes of mails that answer requests. They are written by what happens, never by hand."""

    @route("GET", "/answer-mails", roles=OVERSEERS, query=AnswerMailFilter, returns=AnswerMailView, many=True)
    def list_answer_mails(self, request: Request) -> Page:
        """List the mails that answer requests of contacts of your departments."""
        return request.page(queries.answer_mails(request.actor, **request.query), AnswerMail.id)

    @route("POST", "/answer-mails/<uuid:mail_id>/resend", roles=OVERSEERS, returns=AnswerMailView)
    def resend_answer_mail(self, request: Request, mail_id: UUID) -> AnswerMail:
        """Have a mail that failed, or may or may not have gone out, sent again."""
        return actions.send_again(queries.mail_for_update(request.session, request.actor, mail_id))
