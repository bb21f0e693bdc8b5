"""Envelopes of departments over HTTP."""

from uuid import UUID

from chassis.http import Page, Request, route
from contracts.roles import FINANCE_CLERK
from services.finance.access import READERS
from services.finance.envelopes import actions, queries
from services.finance.envelopes.model import Envelope, EnvelopeEntry
from services.finance.envelopes.schemas import (
    EnvelopeChange,
    EnvelopeEntryView,
    EnvelopeFilter,
    EnvelopeView,
    NewEnvelope,
)


class EnvelopeApi:
    """Routes of envelopes. Budgets draw on them when they open or change."""

    @route("GET", "/envelopes", roles=READERS, query=EnvelopeFilter, returns=EnvelopeView, many=True)
    def list_envelopes(self, request: Request) -> Page:
        """List the envelopes of your departments."""
        return request.page(queries.envelopes(request.actor, **request.query), Envelope.id)

    @route("POST", "/envelopes", roles=(FINANCE_CLERK,), body=NewEnvelope, returns=EnvelopeView, status=201)
    def open_envelope(self, request: Request) -> Envelope:
        """Give a department an amount for a period.

        Budgets in its currency of campaigns that start in the period draw on it; where no envelope is
        defined, nothing is checked.
        """
        return actions.open_envelope(request.session, request.actor, **request.body)

    @route("GET", "/envelopes/<uuid:envelope_id>", roles=READERS, returns=EnvelopeView)
    def show_envelope(self, request: Request, envelope_id: UUID) -> Envelope:
        """Show an envelope: its amount, what is allotted to budgets, what is available."""
        return queries.envelope(request.session, request.actor, envelope_id)

    @route(
        "PATCH",
        "/envelopes/<uuid:envelope_id>",
        roles=(FINANCE_CLERK,),
        body=EnvelopeChange,
        returns=EnvelopeView,
    )
    def change_envelope(self, request: Request, envelope_id: UUID) -> Envelope:
        """Set the amount, or what happens on a breach, anew; 409 when more is allotted already."""
        session, actor = request.session, request.actor
        envelope = queries.envelope(session, actor, envelope_id, locked=True)
        request.require_match(envelope)
        return actions.change_envelope(session, actor, envelope=envelope, **request.body)

    @route(
        "GET", "/envelopes/<uuid:envelope_id>/entries", roles=READERS, returns=EnvelopeEntryView, many=True
    )
    def list_envelope_entries(self, request: Request, envelope_id: UUID) -> Page:
        """List what changed an envelope, the last change first."""
        entries = queries.entries(request.session, request.actor, envelope_id)
        return request.page(entries, EnvelopeEntry.sequence)
