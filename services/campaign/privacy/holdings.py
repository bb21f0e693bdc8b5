"""What is held about contacts here: places on target lists, answers, what followed them, lines of lists."""

import hashlib
from collections.abc import Collection, Iterator
from uuid import UUID

from sqlalchemy import ColumnElement, Select, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from chassis.forgetting import forget_words
from contracts.privacy import HeldRecord, record
from services.campaign.answers.model import Response
from services.campaign.audience.model import AudienceEntry
from services.campaign.followups.model import FollowUp
from services.campaign.launch.model import Target
from services.campaign.planning.model import Campaign
from services.campaign.waves.model import Wave, WaveRecipient

ROWS_AT_ONCE = 5000

Line = tuple[UUID, int]
"""The source and place of a line of a list."""


def records_of(session: Session, ids: Collection[UUID], digests: Collection[str]) -> list[HeldRecord]:
    """What is held about the contacts, and about mail addresses with these digests."""
    targets = select(Target, Campaign.code).join(Campaign, Campaign.id == Target.campaign_id)
    found = [
        record(
            "target", target.status_at, {"campaign": code, "status": target.status, "region": target.region}
        )
        for target, code in session.execute(targets.where(Target.contact_id.in_(ids)).order_by(Target.id))
    ]
    went = select(WaveRecipient, Wave.number, Campaign.code).join(Wave, Wave.id == WaveRecipient.wave_id)
    went = went.join(Campaign, Campaign.id == Wave.campaign_id).where(WaveRecipient.contact_id.in_(ids))
    for one, number, code in session.execute(went.order_by(WaveRecipient.picked_at)):
        fields = {"campaign": code, "wave": number, "outcome": one.outcome, "reason": one.reason}
        found.append(record("recipient", one.picked_at, {**fields, "bounce": one.bounce}))
    answers = select(Response, Campaign.code).join(Campaign, Campaign.id == Response.campaign_id)
    for answer, code in session.execute(answers.where(Response.contact_id.in_(ids)).order_by(Response.id)):
        fields = {"campaign": code, "kind": answer.kind, "verdict": answer.verdict, "note": answer.note}
        told = {**fields, "url": answer.url, "score": answer.score, "sides": answer.sides}
        found.append(record("response", answer.responded_at, told))
    for todo in session.scalars(_follow_ups(ids).order_by(FollowUp.id)):
        fields = {"what": todo.what, "owner": todo.owner, "state": todo.state, "result": todo.result}
        found.append(record("follow_up", todo.created_at, fields))
    for source_id, place in _lines(session, digests):
        found.append(record("line", None, {"list": source_id, "line": place}))
    return found


def erase(session: Session, ids: Collection[UUID], digests: Collection[str]) -> int:
    """Take away the words of answers and follow-ups, those of mail servers, and addresses in lists.

    Returns how many rows that changed.
    """
    said = update(Response).where(Response.contact_id.in_(ids)).where(Response.note != "")
    changed = _count(session.execute(said.values(note=""))) + _erase_follow_ups(session, ids)
    went = update(WaveRecipient).where(WaveRecipient.contact_id.in_(ids))
    changed += _count(session.execute(went.where(_is_said(WaveRecipient.reason)).values(reason="")))
    session.execute(went.where(_is_said(WaveRecipient.bounce_reason)).values(bounce_reason=""))
    for source_id, place in _lines(session, digests):
        line = (AudienceEntry.source_id == source_id, AudienceEntry.place == place)
        session.execute(update(AudienceEntry).where(*line).values(email=None))
        changed += 1
    return changed


def _erase_follow_ups(session: Session, ids: Collection[UUID]) -> int:
    """No event tells of follow-ups, so their version is counted here."""
    todos = session.scalars(_follow_ups(ids).where(FollowUp.what != "").with_for_update()).all()
    for todo in todos:
        todo.what = todo.result = ""
        todo.version += 1
    forget_words(session, FollowUp, session.scalars(_follow_ups(ids).with_only_columns(FollowUp.id)).all())
    return len(todos)


def _follow_ups(ids: Collection[UUID]) -> Select[FollowUp]:
    answers = select(Response.id).where(Response.contact_id.in_(ids))
    return select(FollowUp).where(FollowUp.response_id.in_(answers))


def _is_said(column: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """Whether a reason is no code, but what a mail server said, perhaps of an address."""
    return or_(column.contains(" "), column.contains("@"))


def _count(result: object) -> int:
    return int(getattr(result, "rowcount", 0))


def _lines(session: Session, digests: Collection[str]) -> list[Line]:
    """The lines of lists with such an address. Only lists of campaigns that have not begun have any."""
    wanted = set(digests)
    if not wanted:
        return []
    return [
        (source_id, place)
        for source_id, place, email in _addresses(session)
        if hashlib.sha256(email.strip().lower().encode()).hexdigest() in wanted
    ]


def _addresses(session: Session) -> Iterator[tuple[UUID, int, str]]:
    """(source, place, address) of every line that has one, list by list and page by page."""
    there = AudienceEntry.email.is_not(None)
    for source_id in session.scalars(select(AudienceEntry.source_id).where(there).distinct()).all():
        line = select(AudienceEntry.place, AudienceEntry.email).order_by(AudienceEntry.place)
        page = line.where(AudienceEntry.source_id == source_id, there).limit(ROWS_AT_ONCE)
        after = -1
        while rows := session.execute(page.where(AudienceEntry.place > after)).all():
            for place, email in rows:
                yield source_id, place, str(email)
            after = rows[-1].place
