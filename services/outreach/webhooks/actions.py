"""Taking the news of a verified call: matched with our copies, judged by our rules, kept once."""

import re
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import insert, select

from chassis.auth import Actor
from chassis.clock import now
from chassis.database import Session
from chassis.ids import new_id
from chassis.logs import get_logger
from chassis.metrics import counter
from services.outreach.channels.sms.inbound import take_message, take_receipt
from services.outreach.hearing.judge import Evidence, judge
from services.outreach.mailings.feedback import Heard, Kind, record_feedback
from services.outreach.mailings.model import Mailing, deliveries
from services.outreach.suppressions.actions import Grounds, suppress
from services.outreach.webhooks.call import Item, News, TextMessage, TextReceipt
from services.outreach.webhooks.model import Stray

log = get_logger(__name__)

LONGEST = 2000

taken = counter(
    "outreach_webhook_items_total",
    "What providers told by webhook, by provider and whether it was of a copy of ours.",
    ("provider", "matched"),
)

_OUR_ID = re.compile(r"<?([0-9a-f]{32})(?:@|>?\Z)")


def take_items(session: Session, provider: str, items: Sequence[Item]) -> int:
    """Keep what a provider told; what is of no copy of ours is kept for people. Returns how many matched."""
    news = [item for item in items if isinstance(item, News)]
    matched = _match(session, news)
    heard = [_heard(one, matched[one]) for one in news if one in matched]
    record_feedback(session, [one for one in heard if one is not None])
    for one, delivery_id in matched.items():
        if one.kind == "unsubscribed":
            _unsubscribe(session, delivery_id)
    strays = [one for one in news if one not in matched]
    if strays:
        session.execute(insert(Stray), [_stray(provider, one) for one in strays])
        log.info("webhook_strays", provider=provider, count=len(strays))
    _take_texts(session, items)
    texts = len(items) - len(news)
    taken.labels(provider=provider, matched="yes").inc(len(matched) + texts)
    taken.labels(provider=provider, matched="no").inc(len(strays))
    return len(matched) + texts


def _take_texts(session: Session, items: Sequence[Item]) -> None:
    for item in items:
        if isinstance(item, TextReceipt):
            take_receipt(
                session,
                provider_id=item.provider_id,
                status=item.status,
                number=item.number,
                error=item.error,
            )
        elif isinstance(item, TextMessage):
            take_message(
                session,
                provider_id=item.provider_id,
                source=item.source,
                destination=item.destination,
                text=item.text,
            )


def _match(session: Session, news: Sequence[News]) -> dict[News, UUID]:
    """The copy that each piece of news is about: by our own Message-ID, else by the provider's id."""
    own = {one: UUID(found[1]) for one in news if (found := _OUR_ID.match(one.message_id.strip()))}
    wanted = [one.provider_id for one in news if one.provider_id and one not in own]
    found_ids = select(deliveries.c.id).where(deliveries.c.id.in_(set(own.values())))
    ours = set(session.scalars(found_ids)) if own else set()
    matched = {one: delivery_id for one, delivery_id in own.items() if delivery_id in ours}
    if wanted:
        by_provider = select(deliveries.c.provider_id, deliveries.c.id).where(
            deliveries.c.provider_id.in_(set(wanted))
        )
        known = {provider_id: delivery_id for provider_id, delivery_id in session.execute(by_provider)}
        matched |= {
            one: known[one.provider_id] for one in news if one.provider_id in known and one not in own
        }
    return matched


def _heard(news: News, delivery_id: UUID) -> Heard | None:
    if news.kind == "unsubscribed":
        return None
    kind: Kind
    reason = ""
    if news.kind in ("delivered", "complained"):
        kind = news.kind
    else:
        judged = judge(Evidence(answer=news.answer, status=news.status))
        reason = judged.reason
        hard = news.kind == "bounced" and news.final and (judged.meaning == "hard" or not judged.rule)
        kind = "bounced_hard" if hard else "bounced_soft"
    return Heard(delivery_id, kind, reason=reason, answer=news.answer[:LONGEST], at=min(news.at, now()))


def _unsubscribe(session: Session, delivery_id: UUID) -> None:
    row = session.execute(
        select(deliveries.c.contact_id, deliveries.c.target_id, deliveries.c.mailing_id).where(
            deliveries.c.id == delivery_id
        )
    ).one()
    mailing = session.get_one(Mailing, row.mailing_id)
    grounds = Grounds(
        reason="unsubscribed",
        department=mailing.department,
        note="told by the provider",
        campaign_id=mailing.campaign_id,
        target_id=row.target_id,
    )
    suppress(
        session, Actor.system("outreach"), contact_id=row.contact_id, channel=mailing.channel, grounds=grounds
    )


def _stray(provider: str, news: News) -> dict[str, object]:
    return {
        "id": new_id(),
        "provider": provider,
        "kind": news.kind,
        "message_id": news.message_id[:LONGEST].replace("\0", ""),
        "provider_id": news.provider_id[:LONGEST].replace("\0", ""),
        "address": news.address[:LONGEST].replace("\0", ""),
        "answer": news.answer[:LONGEST].replace("\0", ""),
        "at": news.at,
        "received_at": now(),
    }
