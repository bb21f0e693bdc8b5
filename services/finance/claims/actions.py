"""What people do with claims. Locks are taken in order: approval, claim, receipt, advance, budget, line."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.clock import now
from chassis.errors import Conflict, Forbidden, Invalid
from chassis.files.attaching import attach
from chassis.logs import get_logger
from chassis.metrics import counter
from chassis.outbox import publish
from services.finance.advances.settling import Need, Purse, lock_advances, set_off
from services.finance.approvals.actions import open_approval, void_approval
from services.finance.approvals.queries import approval_for_update
from services.finance.budgets import queries as budgets
from services.finance.budgets.actions import post_entry, take_number
from services.finance.budgets.ledger import ZERO, Kind
from services.finance.budgets.model import Source
from services.finance.claims import queries
from services.finance.claims.items import NewItem, cuts
from services.finance.claims.model import EDITABLE, Claim, Settlement
from services.finance.claims.policing import note_breaches, refuse_breaches
from services.finance.claims.pricing import priced
from services.finance.claims.telling import (
    approved,
    cleared,
    drafted,
    returned,
    settled,
    subject_of,
    submitted,
)
from services.finance.money import check_money

log = get_logger(__name__)

duplicates_total = counter(
    "finance_claims_duplicate_total",
    "Claims that were refused because a receipt of them had been claimed before.",
)

ENTRIES: dict[Settlement, Kind] = {"paid": "incur", "rejected": "release", "withdrawn": "release"}


def submit_claim(
    session: Session, actor: Actor, *, line_id: UUID, amount: Decimal, currency: str, purpose: str
) -> Claim:
    """Claim ``amount`` against one budget line: it is committed at once and goes to the approval desk.

    Raises Invalid for what is no amount, or in a currency that cannot be converted into the budget's,
    NotFound, and Conflict when the line cannot cover it.
    """
    items = [NewItem(line_id, amount, description=purpose)]
    return submit_items(session, actor, items=items, currency=currency, purpose=purpose)


def submit_items(
    session: Session, actor: Actor, *, items: Sequence[NewItem], currency: str, purpose: str
) -> Claim:
    """Write a claim of several lines and hand it in. Raises what both of these raise."""
    claim = _written(session, actor, items=items, currency=currency, purpose=purpose)
    return _hand_in(session, actor, claim)


def draft_claim(
    session: Session, actor: Actor, *, items: Sequence[NewItem], currency: str, purpose: str
) -> Claim:
    """Write a claim down without handing it in: nothing is committed yet, and no policy refuses it."""
    claim = _written(session, actor, items=items, currency=currency, purpose=purpose)
    note_breaches(session, claim, today=now().date())
    publish(session, claim, drafted(claim))
    return claim


def revise_claim(
    session: Session,
    actor: Actor,
    *,
    claim_id: UUID,
    items: Sequence[NewItem],
    purpose: str,
    currency: str | None = None,
) -> Claim:
    """Replace what a draft, or a claim that was sent back, asks for. Raises Conflict for any other."""
    claim = _own(session, actor, claim_id)
    _write(session, actor, claim=claim, items=items, currency=currency or claim.currency, purpose=purpose)
    note_breaches(session, claim, today=now().date())
    claim.cleared_by, claim.cleared_because = None, ""
    publish(session, claim, drafted(claim))
    return claim


def hand_in_claim(session: Session, actor: Actor, *, claim_id: UUID) -> Claim:
    """Submit a draft, or once more what was sent back: the desk judges it as its next version.

    Raises Conflict when a line cannot cover it or a receipt was claimed before, and Invalid for lines that a
    policy does not let pass.
    """
    return _hand_in(session, actor, _own(session, actor, claim_id))


def clear_claim(session: Session, actor: Actor, *, claim_id: UUID, reason: str) -> Claim:
    """A finance approver lets a claim pass although its receipts were claimed before."""
    claim = queries.claim_for_update(session, actor, claim_id)
    if claim.state not in EDITABLE:
        raise Conflict(f"The claim is {claim.state}: only what is still to be submitted is cleared.")
    if claim.claimant == actor.subject:
        raise Forbidden("Nobody clears their own claim.")
    claim.cleared_by, claim.cleared_because = actor.subject, reason
    publish(session, claim, cleared(claim, by=actor.subject))
    return claim


def approve_claim(
    session: Session,
    actor: Actor,
    *,
    claim_id: UUID,
    grants: Mapping[str, Decimal] | None = None,
    reason: str = "",
) -> Claim:
    """The desk agreed: a clerk may pay it. What was not granted of an item is available again at once."""
    claim = queries.claim_for_update(session, actor, claim_id)
    claim.approve(grants, reason=reason)
    if claim.due == ZERO:
        raise Conflict("Nothing is granted: reject the claim instead.")
    publish(session, claim, approved(claim, by=actor.subject))
    session.flush()
    _post(session, actor, claim=claim, kind="release", amounts=cuts(claim.shares), note=reason)
    return claim


def return_claim(session: Session, actor: Actor, *, claim_id: UUID, reason: str) -> Claim:
    """The desk sent it back to be changed: its amount is available again until it is resubmitted."""
    claim = queries.claim_for_update(session, actor, claim_id)
    held = claim.held
    claim.send_back(reason=reason)
    publish(session, claim, returned(claim, at=now()))
    session.flush()
    _post(session, actor, claim=claim, kind="release", amounts=held, note=reason)
    return claim


def reject_claim(session: Session, actor: Actor, *, claim_id: UUID, reason: str) -> Claim:
    """The desk refused it: its amount is available again."""
    claim = queries.claim_for_update(session, actor, claim_id)
    return settle_claim(session, actor, claim=claim, outcome="rejected", reason=reason)


def retract_claim(session: Session, actor: Actor, *, claim_id: UUID, reason: str) -> Claim:
    """Its request was withdrawn at the desk: its amount is available again."""
    claim = queries.claim_for_update(session, actor, claim_id)
    return settle_claim(session, actor, claim=claim, outcome="withdrawn", reason=reason)


def withdraw_claim(session: Session, actor: Actor, *, claim_id: UUID) -> Claim:
    """Its claimant, or an administrator, takes it back before it is paid.

    Raises NotFound, Forbidden for anybody else and Conflict for a claim that has ended or is being paid.
    """
    approval_id, claimant = queries.approval_of_claim(session, actor, claim_id)
    if actor.subject != claimant and not actor.administers:
        raise Forbidden("Only its claimant withdraws a claim.")
    approval = approval_for_update(session, actor, approval_id) if approval_id else None
    claim = queries.claim_for_update(session, actor, claim_id)
    queries.require_no_batch(session, claim_id)
    if approval is not None:
        void_approval(session, approval, reason="The claim was withdrawn.")
    return settle_claim(session, actor, claim=claim, outcome="withdrawn")


def pay_claim(session: Session, actor: Actor, *, claim_id: UUID) -> Claim:
    """It was paid, first from what its claimant has in advance: what was committed is incurred now.

    Raises NotFound, Conflict unless it is approved or while it is in a payment batch.
    """
    claim = queries.claim_for_update(session, actor, claim_id)
    queries.require_no_batch(session, claim_id)
    set_off_claim(session, actor, claim=claim)
    return settle_claim(session, actor, claim=claim, outcome="paid")


def set_off_claim(session: Session, actor: Actor, *, claim: Claim) -> None:
    """Use up what the claimant has in advance from the budget of a claim that the caller has locked."""
    if claim.state != "approved":
        return
    used = set_off(session, actor, need=_need(claim))
    claim.set_off(used)


def lock_advances_for(session: Session, claims: Sequence[Claim]) -> None:
    """Lock, in one order, all advances that locked claims may be set off against.

    Whoever sets off several claims does this before the first posting: a budget is never waited for with an
    advance still to be locked.
    """
    lock_advances(session, {_need(claim).purse for claim in claims if claim.state == "approved"})


def _need(claim: Claim) -> Need:
    return Need(
        claim_id=claim.id,
        purse=Purse(claim.claimant, claim.budget_id, claim.currency),
        due=claim.paid_out,
    )


def settle_claim(
    session: Session, actor: Actor, *, claim: Claim, outcome: Settlement, reason: str = ""
) -> Claim:
    """End a claim that the caller has locked, and post what that means."""
    held = claim.held
    claim.settle(outcome, by=actor.subject, at=now(), reason=reason)
    publish(session, claim, settled(claim, outcome))
    session.flush()
    _post(session, actor, claim=claim, kind=ENTRIES[outcome], amounts=held, note=reason or claim.purpose)
    return claim


def _written(
    session: Session, actor: Actor, *, items: Sequence[NewItem], currency: str, purpose: str
) -> Claim:
    budget = budgets.budget_of_line(session, actor, items[0].line_id)
    claim = Claim(
        budget_id=budget.id,
        campaign_id=budget.campaign_id,
        department=budget.department,
        claimant=actor.subject,
        currency=budget.currency,
        state="draft",
        edition=0,
        reason="",
        advanced=ZERO,
        cleared_because="",
    )
    _write(session, actor, claim=claim, items=items, currency=currency, purpose=purpose)
    session.add(claim)
    return claim


def _write(
    session: Session, actor: Actor, *, claim: Claim, items: Sequence[NewItem], currency: str, purpose: str
) -> None:
    """Price the items, and replace those of the claim by them."""
    for line_id in {item.line_id for item in items}:
        if budgets.budget_of_line(session, actor, line_id).id != claim.budget_id:
            raise Invalid({"lines": ["All lines must be in the budget of one campaign."]})
    today = now().date()
    known = priced(session, items, currency=currency, to=claim.currency, today=today)
    check_money(sum((item.amount for item in known), ZERO), claim.currency)
    claim.write(known, purpose=purpose)
    _attach(session, actor, claim)


def _attach(session: Session, actor: Actor, claim: Claim) -> None:
    for item in claim.items:
        ids = [UUID(document) for document in item.documents]
        files = attach(session, actor, ids, to=claim, department=claim.department) if ids else []
        item.digests = [file.sha256 for file in files]


def _hand_in(session: Session, actor: Actor, claim: Claim) -> Claim:
    at = now()
    claim.submit(at=at)
    queries.lock_receipts(session, claim)
    refuse_breaches(session, claim, today=at.date())
    _refuse_duplicates(session, claim)
    code = budgets.budget_of_line(session, actor, claim.line_id).campaign_code
    claim.approval_id = open_approval(session, subject=subject_of(claim, code)).id
    publish(session, claim, submitted(claim))
    session.flush()  # so that the budget is not locked while this is written
    _post(session, actor, claim=claim, kind="commit", amounts=claim.held, note=claim.purpose)
    return claim


def _refuse_duplicates(session: Session, claim: Claim) -> None:
    if claim.cleared_by is not None:
        return
    for item in claim.items:
        for other in queries.possible_duplicates(session, claim=claim, item=item):
            if item.shares_a_receipt_with(other):
                duplicates_total.inc()
                log.info("claim_refused", claimant=claim.claimant, other=str(other.claim_id))
                raise Conflict(
                    f"The receipt of line {item.position} was claimed before, in claim {other.claim_id}."
                )


def _own(session: Session, actor: Actor, claim_id: UUID) -> Claim:
    claim = queries.claim_for_update(session, actor, claim_id)
    if claim.claimant != actor.subject:
        raise Forbidden("Only its claimant writes a claim.")
    return claim


def _post(
    session: Session, actor: Actor, *, claim: Claim, kind: Kind, amounts: Mapping[UUID, Decimal], note: str
) -> None:
    for line_id, amount in amounts.items():
        post_entry(
            session,
            actor,
            budget=take_number(session, claim.budget_id),
            line_id=line_id,
            kind=kind,
            amount=amount,
            note=note,
            source=Source("claim", claim.id),
        )
