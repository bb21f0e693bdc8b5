"""Trials of mailings: when the sample is out, what came of each variant, and what the rest gets."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, update

from chassis.auth import Actor
from chassis.clock import now
from chassis.database import Session
from chassis.errors import Conflict, Invalid
from chassis.logs import get_logger
from chassis.metrics import counter
from chassis.outbox import publish
from contracts.outreach import VariantChosen
from services.outreach.links.model import CLICK, Answer
from services.outreach.mailings import queries
from services.outreach.mailings.model import ACCEPTED, CANCELLED, QUEUED, WAITING, Mailing, deliveries
from services.outreach.mailings.variants import Decision, Tried, decide
from services.outreach.opens.model import Open

log = get_logger(__name__)

CLICKS, OPENS = "clicks", "opens"

Step = Literal["sampled", "decision"]

decided = counter(
    "outreach_trials_decided_total",
    "Trials that were decided, by how.",
    ("how",),
    starts=[("rule",), ("hand",)],
)


def results(session: Session, mailing: Mailing, metric: str) -> list[Tried]:
    """What came of each variant so far. Machines that click and open are left out."""
    accepted = _by_variant(session, mailing.id, deliveries.c.state == ACCEPTED)
    reacted = _by_variant(session, mailing.id, _reacted(metric))
    return [
        Tried(variant["name"], accepted.get(number, 0), reacted.get(number, 0))
        for number, variant in enumerate(mailing.variants)
    ]


def choose_by_hand(session: Session, actor: Actor, *, mailing_id: UUID, variant: str) -> Mailing:
    """End the trial of a mailing with a variant that a person chose, before or after the sample is out.

    Raises NotFound, Invalid for a variant that there is not, and Conflict when there is no trial to end.
    """
    mailing = queries.mailing(session, actor, mailing_id, lock=True)
    if mailing.trial is None or mailing.chosen is not None or mailing.state == CANCELLED:
        raise Conflict("There is no trial that waits for a decision")
    names = [one["name"] for one in mailing.variants]
    if variant not in names:
        raise Invalid({"variant": [f"Must be one of {', '.join(names)}"]})
    figures = results(session, mailing, mailing.trial["metric"])
    words = ", ".join(one.words for one in figures)
    why = f"{variant}: chosen by hand. Rate of {mailing.trial['metric']}: {words}."
    _choose(session, mailing, Decision(names.index(variant), why), figures, by=actor.subject)
    decided.labels(how="hand").inc()
    return mailing


def is_out(session: Session, mailing: Mailing) -> bool:
    """Whether every copy of the sample has ended. Until the trial is decided the others are waiting."""
    open_ = or_(deliveries.c.state == QUEUED, deliveries.c.lease.is_not(None))
    return not session.scalar(select(exists().where(deliveries.c.mailing_id == mailing.id, open_)))


def next_step(session: Session, mailing: Mailing) -> Step | None:
    """What an undecided trial waits for no longer: that its sample is out, or its decision by the rule."""
    if mailing.trial is None or mailing.chosen is not None or mailing.state == CANCELLED:
        return None
    if mailing.sampled_at is None:
        started = mailing.complete and mailing.started_at is not None
        return "sampled" if started and is_out(session, mailing) else None
    after = timedelta(seconds=mailing.trial["decide_after_seconds"])
    late = now() >= mailing.sampled_at + after
    return "decision" if late and not mailing.trial["by_hand"] else None


def follow(session: Session, mailing: Mailing, *, by: str, fewest: int) -> None:
    """Take the next step of the trial of a mailing whose row is locked, if it is time for one."""
    step = next_step(session, mailing)
    if step == "sampled":
        mailing.sampled_at = now()
        log.info("sample_is_out", mailing_id=str(mailing.id))
    elif step == "decision" and mailing.trial is not None:
        metric = mailing.trial["metric"]
        figures = results(session, mailing, metric)
        _choose(session, mailing, decide(figures, metric=metric, fewest=fewest), figures, by=by)
        decided.labels(how="rule").inc()


def release_rest(session: Session, mailing: Mailing, *, limit: int) -> int:
    """Queue up to ``limit`` of those that waited for the winner. Returns how many there were."""
    waiting = select(deliveries.c.id).where(
        deliveries.c.mailing_id == mailing.id, deliveries.c.state == WAITING
    )
    picked = waiting.limit(limit).with_for_update(skip_locked=True).cte("picked")
    released = session.execute(
        update(deliveries)
        .where(deliveries.c.id.in_(select(picked.c.id)))
        .values(state=QUEUED, variant=mailing.chosen)
        .returning(deliveries.c.id)
    )
    return len(released.all())


def _choose(session: Session, mailing: Mailing, decision: Decision, figures: list[Tried], *, by: str) -> None:
    moment = now()
    variant = mailing.variants[decision.chosen]
    mailing.chosen = decision.chosen
    mailing.verdict = {
        "variant": variant["name"],
        "why": decision.why,
        "by": by,
        "at": moment.isoformat(),
        "figures": [{"name": one.name, "accepted": one.accepted, "reacted": one.reacted} for one in figures],
    }
    publish(
        session,
        mailing,
        VariantChosen(
            mailing_id=mailing.id,
            wave_id=mailing.wave_id,
            campaign_id=mailing.campaign_id,
            variant=variant["name"],
            template_id=UUID(variant["template_id"]),
            why=decision.why[:2000],
            at=moment,
        ),
    )
    log.info("variant_chosen", mailing_id=str(mailing.id), variant=variant["name"], why=decision.why)


def _by_variant(session: Session, mailing_id: UUID, which: ColumnElement[bool]) -> Mapping[int, int]:
    rows = session.execute(
        select(deliveries.c.variant, func.count())
        .where(deliveries.c.mailing_id == mailing_id, deliveries.c.variant.is_not(None), which)
        .group_by(deliveries.c.variant)
    )
    return {number: count for number, count in rows}


def _reacted(metric: str) -> ColumnElement[bool]:
    """Of accepted copies to which a person, no machine, reacted at least once."""
    if metric == OPENS:
        seen = exists().where(Open.delivery_id == deliveries.c.id, Open.machine.is_(False))
    else:
        kind = Answer.kind == CLICK if metric == CLICKS else Answer.kind != CLICK
        seen = exists().where(Answer.delivery_id == deliveries.c.id, Answer.machine.is_(False), kind)
    return and_(deliveries.c.state == ACCEPTED, seen)
