"""HTTP routes by which people steer mailings: pause, resume, cancel, decide, send again, try out."""

from uuid import UUID

from chassis.http import Request, route
from contracts.roles import MARKETING_MANAGER, MARKETING_STAFF
from services.outreach.mailings import course, resends, seeds, trials
from services.outreach.mailings.model import Mailing, SeedSend
from services.outreach.mailings.schemas import (
    CancelRequest,
    MailingSeedRequest,
    MailingView,
    PauseRequest,
    ResendRequest,
    SeedSendView,
    TemplateSeedRequest,
    VariantRequest,
)

WRITERS = (MARKETING_MANAGER, MARKETING_STAFF)
MANAGERS = (MARKETING_MANAGER,)


class MailingControlApi:
    """Steering mailings."""

    @route("POST", "/mailings/<uuid:mailing_id>/pause", roles=WRITERS, body=PauseRequest, returns=MailingView)
    def pause_mailing(self, request: Request, mailing_id: UUID) -> Mailing:
        """Let a mailing stand still. Senders stop with the batch in hand."""
        return course.pause(request.session, request.actor, mailing_id=mailing_id, **request.body)

    @route("POST", "/mailings/<uuid:mailing_id>/resume", roles=WRITERS, returns=MailingView)
    def resume_mailing(self, request: Request, mailing_id: UUID) -> Mailing:
        """Let a paused mailing go on."""
        return course.resume(request.session, request.actor, mailing_id=mailing_id)

    @route(
        "POST", "/mailings/<uuid:mailing_id>/cancel", roles=MANAGERS, body=CancelRequest, returns=MailingView
    )
    def cancel_mailing(self, request: Request, mailing_id: UUID) -> Mailing:
        """Give a mailing up. Whoever has no copy yet gets none; there is no way back."""
        return course.cancel(request.session, request.actor, mailing_id=mailing_id, **request.body)

    @route(
        "POST",
        "/mailings/<uuid:mailing_id>/variant",
        roles=WRITERS,
        body=VariantRequest,
        returns=MailingView,
    )
    def choose_variant(self, request: Request, mailing_id: UUID) -> Mailing:
        """End the trial of a mailing by hand: the rest of its recipients gets this variant."""
        return trials.choose_by_hand(request.session, request.actor, mailing_id=mailing_id, **request.body)

    @route(
        "POST",
        "/mailings/<uuid:mailing_id>/resends",
        roles=MANAGERS,
        body=ResendRequest,
        returns=MailingView,
        status=201,
    )
    def resend_uncertain(self, request: Request, mailing_id: UUID) -> Mailing:
        """Send again what is uncertain, as a mailing of its own. Somebody may get two."""
        return resends.resend(request.session, request.actor, mailing_id=mailing_id, **request.body)

    @route(
        "POST",
        "/mailings/<uuid:mailing_id>/test-sends",
        roles=WRITERS,
        body=MailingSeedRequest,
        returns=SeedSendView,
        status=202,
    )
    def send_test_of_mailing(self, request: Request, mailing_id: UUID) -> SeedSend:
        """Send the template of a mailing to internal addresses, marked as a test and counted nowhere."""
        return seeds.ask_of_mailing(
            request.session, request.actor, request.settings, mailing_id=mailing_id, **request.body
        )

    @route(
        "POST",
        "/templates/<uuid:template_id>/test-sends",
        roles=WRITERS,
        body=TemplateSeedRequest,
        returns=SeedSendView,
        status=202,
    )
    def send_test_of_template(self, request: Request, template_id: UUID) -> SeedSend:
        """Send a template to internal addresses, marked as a test and counted nowhere."""
        return seeds.ask_of_template(
            request.session, request.actor, request.settings, template_id=template_id, **request.body
        )

    @route("GET", "/test-sends/<uuid:test_send_id>", roles=WRITERS, returns=SeedSendView)
    def show_test_send(self, request: Request, test_send_id: UUID) -> SeedSend:
        """Show a test send, and what became of it."""
        return seeds.shown(request.session, request.actor, test_send_id)
