"""What there is on which days: tasks, campaigns, waves and follow-ups, as far as somebody may see them."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, or_, select

from chassis.auth import Actor
from chassis.clock import now
from chassis.database import Session
from chassis.errors import Invalid, NotFound
from services.campaign.calendar.ical import Item
from services.campaign.calendar.model import CalendarFeed
from services.campaign.followups.model import DROPPED, FollowUp
from services.campaign.planning.lifecycle import State as CampaignState
from services.campaign.planning.model import Campaign
from services.campaign.tasks.model import Task
from services.campaign.tasks.queries import reads_all
from services.campaign.tasks.states import State
from services.campaign.waves.model import Wave

LONGEST_DAYS = 400
MOST_ITEMS = 5000
CANCELLED_STAY = timedelta(days=30)
"""How long a feed says that something was cancelled, so that every program hears of it."""

OVER = (CampaignState.COMPLETED, CampaignState.CLOSED, CampaignState.CANCELLED)
"""What has not gone out by then does not go out any more."""


def calendar(
    session: Session, actor: Actor, *, first: date, last: date, campaign_id: UUID | None = None
) -> list[Item]:
    """What the actor may see from ``first`` to ``last``, by date; who reads no campaigns sees his own work.

    Raises Invalid for a span that is reversed, too long, or holds too much.
    """
    if last < first or (last - first).days > LONGEST_DAYS:
        raise Invalid({"to": [f"must be from 0 to {LONGEST_DAYS} days after from"]})
    whole = reads_all(actor)
    scope = [actor.scope(Campaign.department)]
    if campaign_id is not None:
        scope.append(Campaign.id == campaign_id)
    owner = None if whole else actor.subject
    tasks = _tasks(owner).where(*scope, Task.starts_on <= last, Task.ends_on >= first)
    follow_ups = _follow_ups(owner).where(*scope, FollowUp.due_on >= first, FollowUp.due_on <= last)
    items = [*_task_items(session, tasks), *_follow_up_items(session, follow_ups)]
    if whole:
        spanned = (Campaign.starts_on <= last, Campaign.ends_on >= first)
        campaigns = select(Campaign).where(*scope, *spanned)
        items += map(_campaign_item, session.scalars(campaigns.limit(MOST_ITEMS + 1)))
        items += _wave_items(session, select(Wave, Campaign).where(*scope), first=first, last=last)
    if len(items) > MOST_ITEMS:
        raise Invalid({"to": [f"is too far: there are more than {MOST_ITEMS} entries"]})
    return sorted(items, key=lambda one: (one.starts_on or one.ends_on, one.kind, one.id))


def feeds(actor: Actor) -> Select[CalendarFeed]:
    """The actor's own feeds that were not revoked."""
    return select(CalendarFeed).where(CalendarFeed.owner == actor.subject, CalendarFeed.revoked_at.is_(None))


def find_feed(session: Session, actor: Actor, feed_id: UUID) -> CalendarFeed:
    """Raises NotFound unless it is the actor's own and in force. Administrators find anybody's."""
    feed = session.get(CalendarFeed, feed_id)
    if feed is None or feed.revoked_at or not (feed.owner == actor.subject or actor.administers):
        raise NotFound("calendar feed", feed_id)
    return feed


def open_feed(session: Session, feed_id: UUID) -> CalendarFeed | None:
    """The feed behind a token, unless it was revoked."""
    feed = session.get(CalendarFeed, feed_id)
    return feed if feed is not None and feed.revoked_at is None else None


def items_of(session: Session, feed: CalendarFeed) -> list[Item]:
    """What a feed holds, by id. What was cancelled stays for thirty days."""
    reader = Actor(feed.owner, departments=frozenset(feed.departments))
    scope = [actor_scope := reader.scope(Campaign.department)]
    since = now() - CANCELLED_STAY
    owner = feed.owner if feed.campaign_id is None else None
    if feed.campaign_id is not None:
        scope.append(Campaign.id == feed.campaign_id)
    fresh = or_(Task.state != State.CANCELLED, Task.ended_at >= since)
    tasks = _tasks(owner).where(*scope, fresh)
    if feed.campaign_id is None:
        tasks = tasks.where(Task.handed_over_at.is_not(None))
    kept = or_(FollowUp.state != DROPPED, FollowUp.ended_at >= since)
    items = [
        *_task_items(session, tasks),
        *_follow_up_items(session, _follow_ups(owner).where(*scope, kept)),
    ]
    if feed.campaign_id is not None:
        campaigns = select(Campaign).where(Campaign.id == feed.campaign_id, actor_scope)
        items += map(_campaign_item, session.scalars(campaigns))
    return sorted(items, key=lambda one: one.id)


def _tasks(owner: str | None) -> Select[*tuple[Any, ...]]:
    wanted = select(Task, Campaign.name).join(Campaign, Campaign.id == Task.campaign_id)
    return wanted if owner is None else wanted.where(Task.assignee == owner)


def _follow_ups(owner: str | None) -> Select[*tuple[Any, ...]]:
    wanted = select(FollowUp, Campaign.name).join(Campaign, Campaign.id == FollowUp.campaign_id)
    return wanted if owner is None else wanted.where(FollowUp.owner == owner)


def _task_items(session: Session, wanted: Select[*tuple[Any, ...]]) -> Iterator[Item]:
    newest = wanted.order_by(Task.id.desc()).limit(MOST_ITEMS + 1)
    for task, campaign in session.execute(newest):
        yield Item(
            id=task.id,
            kind="task",
            title=task.name,
            campaign_id=task.campaign_id,
            starts_on=task.starts_on,
            ends_on=task.ends_on,
            state=task.state,
            version=task.version,
            changed_at=task.changed_at,
            detail="\n".join(part for part in (campaign, task.description, task.reason) if part),
            assignee=task.assignee,
        )


def _follow_up_items(session: Session, wanted: Select[*tuple[Any, ...]]) -> Iterator[Item]:
    newest = wanted.order_by(FollowUp.id.desc()).limit(MOST_ITEMS + 1)
    for one, campaign in session.execute(newest):
        yield Item(
            id=one.id,
            kind="follow_up",
            title=one.what,
            campaign_id=one.campaign_id,
            starts_on=None,
            ends_on=one.due_on,
            state=one.state,
            version=one.version,
            changed_at=one.ended_at or one.created_at,
            detail="\n".join(part for part in (campaign, one.result) if part),
            assignee=one.owner,
        )


def _campaign_item(campaign: Campaign) -> Item:
    return Item(
        id=campaign.id,
        kind="campaign",
        title=campaign.name,
        campaign_id=campaign.id,
        starts_on=campaign.starts_on,
        ends_on=campaign.ends_on,
        state=CampaignState(campaign.state),
        version=campaign.version,
        changed_at=campaign.launched_at or campaign.created_at,
        detail=campaign.code,
        assignee=campaign.owner,
    )


def _wave_items(
    session: Session, wanted: Select[*tuple[Any, ...]], *, first: date, last: date
) -> Iterator[Item]:
    joined = wanted.join(Campaign, Campaign.id == Wave.campaign_id)
    spanned = joined.where(Campaign.starts_on <= last, Campaign.ends_on >= first)
    for wave, campaign in session.execute(spanned.limit(MOST_ITEMS + 1)):
        at = _moment_of(wave)
        if wave.released_at is None and campaign.state in OVER:
            continue
        if at is not None and first <= at.date() <= last:
            yield Item(
                id=wave.id,
                kind="wave",
                title=f"{campaign.name}: wave {wave.number}",
                campaign_id=campaign.id,
                starts_on=at.date(),
                ends_on=at.date(),
                state=wave.state,
                version=wave.version,
                changed_at=wave.released_at or campaign.created_at,
                assignee=campaign.owner,
            )


def _moment_of(wave: Wave) -> datetime | None:
    """When a wave went, is due, or was planned for."""
    planned = wave.schedule.not_before if wave.schedule else None
    return wave.released_at or wave.due_at or planned
