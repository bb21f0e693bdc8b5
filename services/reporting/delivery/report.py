"""Copies handed over, heard of and opened, by channel and by mailing."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import case, func, select

from chassis.auth import Actor
from chassis.database import Session
from services.reporting.insights.model import MailingFeedback, Suppression
from services.reporting.projections.model import Campaign, Mailing
from services.reporting.reports.ratios import share
from services.reporting.reports.tables import Cell, Column, Report, Table
from services.reporting.reports.wanted import ReportQuery


@dataclass(frozen=True, kw_only=True)
class Copies:
    """What came of copies, counted."""

    recipients: int = 0
    accepted: int = 0
    failed: int = 0
    suppressed: int = 0
    uncertain: int = 0
    delivered: int = 0
    bounced_hard: int = 0
    bounced_soft: int = 0
    complained: int = 0
    returned: int = 0
    opened: int = 0

    def __add__(self, other: "Copies") -> "Copies":
        return Copies(**{name: getattr(self, name) + getattr(other, name) for name in NAMES})


NAMES = tuple(field.name for field in fields(Copies))
OF_MAILING = NAMES[:5]
HEARD = NAMES[5:]
RATES = (
    Column("acceptance_rate", "ratio"),
    Column("bounce_rate", "ratio"),
    Column("complaint_rate", "ratio"),
    Column("open_rate", "ratio"),
)
COUNTS = (*(Column(name) for name in NAMES), *RATES)
TOTAL = "total"


@dataclass(frozen=True)
class Sent:
    """A mailing, and the campaign whose it is."""

    campaign_id: Any
    campaign: str
    channel: str
    started_on: str | None
    copies: Copies


def delivery(session: Session, actor: Actor, query: ReportQuery) -> Report:
    """How copies fare; the rates are of those that were handed over."""
    sent = mailings(session, actor, query)
    tables = [_channels(sent), suppressions(session, actor), _mailings(sent)]
    return Report(tables=tables, notes=("note.rates", "note.suppressions"))


def mailings(session: Session, actor: Actor, query: ReportQuery) -> list[Sent]:
    """The mailings of the wanted campaigns, the latest first. What is not known yet counts as nothing."""
    statement = (
        select(
            Campaign.campaign_id,
            Campaign.code,
            func.coalesce(Mailing.channel, ""),
            Mailing.started_at,
            *(func.coalesce(getattr(Mailing, name), 0) for name in OF_MAILING),
            *(func.coalesce(getattr(MailingFeedback, name), 0) for name in HEARD),
        )
        .join(Campaign, Campaign.campaign_id == Mailing.campaign_id)
        .outerjoin(
            MailingFeedback,
            (MailingFeedback.campaign_id == Mailing.campaign_id)
            & (MailingFeedback.mailing_id == Mailing.mailing_id),
        )
        .where(Campaign.plan_sequence > 0, actor.scope(Campaign.__table__.c.department))
        .order_by(Mailing.started_at.desc(), Mailing.mailing_id.desc())
    )
    for name in ("kind", "region", "state", "department"):
        if (value := getattr(query, name)) is not None:
            statement = statement.where(getattr(Campaign, name) == value)
    return [
        Sent(campaign_id, code or "", channel, at and at.date().isoformat(), _copies(counts))
        for campaign_id, code, channel, at, *counts in session.execute(statement)
    ]


def suppressions(session: Session, actor: Actor) -> Table:
    """Who must not be reached, by channel and reason.

    Those of no campaign are for readers of every department: they tell none.
    """
    lifted = func.sum(case((Suppression.lifted_sequence > 0, 1), else_=0))
    statement = (
        select(Suppression.channel, Suppression.reason, func.count(), lifted)
        .where(Suppression.added_sequence > 0)
        .group_by(Suppression.channel, Suppression.reason)
        .order_by(Suppression.channel, Suppression.reason)
    )
    if not actor.sees_everything:
        theirs = select(Campaign.campaign_id).where(actor.scope(Campaign.__table__.c.department))
        statement = statement.where(Suppression.campaign_id.in_(theirs))
    rows: list[Sequence[Cell]] = [
        (channel, reason, added, gone, added - gone)
        for channel, reason, added, gone in session.execute(statement)
    ]
    return Table(
        name="suppressions",
        columns=(
            Column("channel", "word", "channel"),
            Column("reason", "word", "reason"),
            Column("added"),
            Column("lifted"),
            Column("in_force"),
        ),
        rows=rows,
    )


def _channels(sent: Sequence[Sent]) -> Table:
    channels: dict[str, Copies] = {}
    for one in sent:
        channels[one.channel] = channels.get(one.channel, Copies()) + one.copies
    rows: list[Sequence[Cell]] = [
        (channel, *_figures(copies)) for channel, copies in sorted(channels.items())
    ]
    if rows:
        rows.append((TOTAL, *_figures(sum(channels.values(), Copies()))))
    return Table(
        name="channels",
        columns=(Column("channel", "word", "channel"), *COUNTS),
        rows=rows,
        drawn=("accepted", "failed", "suppressed", "uncertain"),
    )


def _mailings(sent: Sequence[Sent]) -> Table:
    return Table(
        name="mailings",
        columns=(
            Column("campaign", "text"),
            Column("channel", "word", "channel"),
            Column("started_on", "text"),
            *COUNTS,
        ),
        rows=[(one.campaign, one.channel, one.started_on, *_figures(one.copies)) for one in sent],
        links=[str(one.campaign_id) for one in sent],
    )


def _copies(counts: Sequence[int]) -> Copies:
    return Copies(**dict(zip(NAMES, counts, strict=True)))


def _figures(copies: Copies) -> list[Cell]:
    counts = [getattr(copies, name) for name in NAMES]
    bounced = copies.bounced_hard + copies.bounced_soft
    return [
        *counts,
        share(copies.accepted, copies.recipients),
        share(bounced, copies.accepted),
        share(copies.complained, copies.accepted),
        share(copies.opened, copies.accepted),
    ]
