"""HTTP routes of limits: quiet hours, frequency caps, rates and warm-up plans."""

from uuid import UUID

from sqlalchemy import select

from chassis.http import Page, Request, route
from contracts.roles import ANALYST, MARKETING_MANAGER, MARKETING_STAFF
from services.outreach.limits import actions, queries
from services.outreach.limits.model import FrequencyCap, QuietHours, RateLimit, WarmUp
from services.outreach.limits.schemas import (
    FrequencyCapRequest,
    FrequencyCapView,
    QuietHoursRequest,
    QuietHoursView,
    RateLimitRequest,
    RateLimitView,
    WarmUpRequest,
    WarmUpView,
)

MANAGERS = (MARKETING_MANAGER,)
READERS = (MARKETING_MANAGER, MARKETING_STAFF, ANALYST)


class LimitsApi:
    """Setting limits, listing them and taking them away."""

    @route("POST", "/quiet-hours", roles=MANAGERS, body=QuietHoursRequest, returns=QuietHoursView, status=201)
    def set_quiet_hours(self, request: Request) -> QuietHours:
        """Say when copies may go out to a country or region, in place of what the shipped table says."""
        return actions.set_quiet_hours(request.session, request.actor, **request.body)

    @route("GET", "/quiet-hours", roles=READERS, returns=QuietHoursView, many=True)
    def list_quiet_hours(self, request: Request) -> Page:
        """List the hours that people set, the newest first."""
        return request.page(queries.owned(request.actor, QuietHours), QuietHours.id)

    @route("DELETE", "/quiet-hours/<uuid:quiet_hours_id>", roles=MANAGERS, status=204)
    def remove_quiet_hours(self, request: Request, quiet_hours_id: UUID) -> None:
        """Take hours away; what the shipped table says holds again."""
        actions.remove_owned(request.session, request.actor, QuietHours, quiet_hours_id)

    @route(
        "POST",
        "/frequency-caps",
        roles=MANAGERS,
        body=FrequencyCapRequest,
        returns=FrequencyCapView,
        status=201,
    )
    def set_frequency_cap(self, request: Request) -> FrequencyCap:
        """Limit how many copies a contact gets in some days, across campaigns and channels."""
        return actions.set_frequency_cap(request.session, request.actor, **request.body)

    @route("GET", "/frequency-caps", roles=READERS, returns=FrequencyCapView, many=True)
    def list_frequency_caps(self, request: Request) -> Page:
        """List the frequency caps, the newest first."""
        return request.page(queries.owned(request.actor, FrequencyCap), FrequencyCap.id)

    @route("DELETE", "/frequency-caps/<uuid:cap_id>", roles=MANAGERS, status=204)
    def remove_frequency_cap(self, request: Request, cap_id: UUID) -> None:
        """Take a frequency cap away."""
        actions.remove_owned(request.session, request.actor, FrequencyCap, cap_id)

    @route("POST", "/rate-limits", roles=MANAGERS, body=RateLimitRequest, returns=RateLimitView, status=201)
    def set_rate_limit(self, request: Request) -> RateLimit:
        """Limit how fast all senders together send to a provider, from a domain, or to a domain."""
        return actions.set_rate_limit(request.session, request.actor, **request.body)

    @route("GET", "/rate-limits", roles=READERS, returns=RateLimitView, many=True)
    def list_rate_limits(self, request: Request) -> Page:
        """List the rate limits, the newest first."""
        return request.page(select(RateLimit), RateLimit.id)

    @route("DELETE", "/rate-limits/<uuid:rate_limit_id>", roles=MANAGERS, status=204)
    def remove_rate_limit(self, request: Request, rate_limit_id: UUID) -> None:
        """Take a rate limit away."""
        actions.remove_shared(request.session, request.actor, RateLimit, rate_limit_id)

    @route("POST", "/warm-ups", roles=MANAGERS, body=WarmUpRequest, returns=WarmUpView, status=201)
    def set_warm_up(self, request: Request) -> WarmUp:
        """Limit how many copies a new sending domain sends on each of its first days."""
        return actions.set_warm_up(request.session, request.actor, **request.body)

    @route("GET", "/warm-ups", roles=READERS, returns=WarmUpView, many=True)
    def list_warm_ups(self, request: Request) -> Page:
        """List the warm-up plans, the newest first."""
        return request.page(select(WarmUp), WarmUp.id)

    @route("DELETE", "/warm-ups/<uuid:warm_up_id>", roles=MANAGERS, status=204)
    def remove_warm_up(self, request: Request, warm_up_id: UUID) -> None:
        """End a warm-up plan: the domain is taken for warm."""
        actions.remove_shared(request.session, request.actor, WarmUp, warm_up_id)
