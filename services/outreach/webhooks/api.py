"""The routes that providers call, and the list of what could not be matched."""

from typing import cast

from marshmallow import Schema, fields
from sqlalchemy import select

from chassis.errors import NotFound
from chassis.http import Page, Request, route
from chassis.logs import get_logger
from chassis.metrics import counter
from contracts.roles import MARKETING_MANAGER
from services.outreach.settings import OutreachSettings
from services.outreach.webhooks import actions
from services.outreach.webhooks.call import Adapter, Call, Forged
from services.outreach.webhooks.model import Stray
from services.outreach.webhooks.providers import PROVIDERS, adapters

log = get_logger(__name__)

LARGEST_CALL = 2 << 20

refused = counter(
    "outreach_webhook_refused_total",
    "Calls of providers that were not signed by them.",
    ("provider",),
    starts=[(provider,) for provider in PROVIDERS],
)


class StrayView(Schema):
    """News of a mail that is none of ours, as far as we can tell."""

    id = fields.UUID()
    provider = fields.String()
    kind = fields.String()
    message_id = fields.String()
    provider_id = fields.String()
    address = fields.String()
    answer = fields.String()
    at = fields.AwareDateTime()
    received_at = fields.AwareDateTime()


class WebhooksApi:
    """Taking the calls of providers that are set up."""

    @route("POST", "/webhooks/<provider>", public=True, stream=True, max_body=LARGEST_CALL)
    def take_webhook(self, request: Request, provider: str) -> None:
        """Take receipts, bounces, complaints and messages of a provider. The call must be signed by it."""
        settings = cast(OutreachSettings, request.settings)
        adapter = _adapter(settings, provider)
        call = Call(
            headers=request.headers,
            url=f"{settings.public_url.rstrip('/')}{request.path}",
            body=request.stream.read(),
        )
        try:
            adapter.verify(call)
        except Forged as error:
            refused.labels(provider=provider).inc()
            log.warning("webhook_refused", provider=provider, client=request.client, reason=str(error))
            raise
        actions.take_items(request.session, provider, adapter.read(call))

    @route("GET", "/webhook-strays", roles=(MARKETING_MANAGER,), returns=StrayView, many=True)
    def list_strays(self, request: Request) -> Page:
        """List what providers told of mails that were not found here, the newest first.

        It belongs to no department, so only who sees all of them is shown anything.
        """
        rows = select(Stray)
        if not request.actor.sees_everything:
            rows = rows.where(Stray.id.is_(None))
        return request.page(rows, Stray.id)


def _adapter(settings: OutreachSettings, provider: str) -> Adapter:
    found = adapters(settings).get(provider)
    if found is None:
        raise NotFound("provider", provider)
    return found
