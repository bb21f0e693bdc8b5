"""Merging two contacts, and taking them apart again."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.clock import now
from chassis.errors import Conflict
from chassis.ids import new_id
from chassis.logs import get_logger
from chassis.metrics import counter
from chassis.outbox import publish
from contracts.lead import ContactMerged, ContactSaved, ContactUnmerged
from services.lead.customers.actions import refuse_double, require_present
from services.lead.customers.model import Channel, ConsentProof, Contact
from services.lead.customers.queries import contact_for_change
from services.lead.merging import moving
from services.lead.merging.images import (
    CONTACT_FIELDS,
    Image,
    given_back,
    image_of,
    merged_consent,
    taken_over,
    values_of,
)
from services.lead.merging.model import CONTACT, KINDS, Merge
from services.lead.merging.pairs import Take, pair, pair_again
from services.lead.merging.queries import require_last
from services.lead.timeline import actions as timeline

log = get_logger(__name__)

SOURCE = "merge"
CONSENTS = "consents"

merges_total = counter(
    "lead_merges_total",
    "Contacts and customers that were merged, and merges that were undone.",
    ("kind", "what"),
    starts=((kind, what) for kind in KINDS for what in ("merged", "undone")),
)


def merge_contacts(
    session: Session,
    actor: Actor,
    *,
    contact_id: UUID,
    loser_id: UUID,
    take: Collection[str] = (),
    fill_blanks: bool = True,
    reason: str = "",
) -> Merge:
    """Have the contact speak for ``loser_id`` too, and take over from it what was chosen.

    Raises NotFound, Invalid for a loser that is not in the department, and Conflict for one of them that
    is not there any more, or when what was taken over makes the survivor the double of a third.
    """
    survivor, loser = _both(session, actor, contact_id, loser_id)
    at = now()
    before, theirs = _image(survivor), _image(loser)
    changes = taken_over(before, theirs, take=take, fill_blanks=fill_blanks)
    changes.pop(CONSENTS, None)
    merge_id = new_id()
    _step_back(session, loser, survivor.id, at=at)
    with session.no_autoflush:
        survivor.change(values_of(changes), at=at)
        refuse_double(session, survivor)
    _merge_consents(session, actor, survivor, loser, merge_id=merge_id, at=at)
    merge = Merge(
        id=merge_id,
        kind=CONTACT,
        department=survivor.department,
        survivor_id=survivor.id,
        loser_id=loser.id,
        taken=sorted(changes),
        survivor_before=before,
        survivor_after=_image(survivor),
        loser_before=theirs,
        moved=moving.move_contact(session, actor, source=loser.id, to=survivor, why=moving.MERGED),
        reason=reason,
        merged_by=actor.subject,
        merged_at=at,
    )
    session.add(merge)
    _tell_merged(session, actor, merge, (survivor, loser))
    return merge


def unmerge_contacts(session: Session, actor: Actor, *, merge: Merge, reason: str) -> Merge:
    """Give both contacts back what they were, as far as nobody has changed the survivor since.

    A consent that was withdrawn meanwhile was withdrawn for both. Raises Conflict for a merge that was
    undone, that a later one builds on, whose person was erased, or whose loser's place is taken.
    """
    require_last(session, merge)
    if merge.survivor_before is None or merge.survivor_after is None or merge.loser_before is None:
        raise Conflict("The person was erased, and what they were before is gone")
    survivor, loser = pair_again(_take(session), merge.survivor_id, merge.loser_id)
    at = now()
    changes = given_back(_image(survivor), before=merge.survivor_before, after=merge.survivor_after)
    changes.pop(CONSENTS, None)
    with session.no_autoflush:
        survivor.change(values_of(changes), at=at)
        refuse_double(session, survivor)
    session.flush()
    loser.merged_into, loser.former_key = None, None
    with session.no_autoflush:
        loser.change({}, at=at)
        refuse_double(session, loser)
    _part_consents(session, merge, survivor, loser)
    moving.give_back(session, actor, merge, survivor=survivor, loser=loser)
    merge.undone_by, merge.undone_at = actor.subject, at
    merge.version += 1
    _tell_unmerged(session, actor, merge, (survivor, loser), reason=reason)
    return merge


def _both(session: Session, actor: Actor, contact_id: UUID, loser_id: UUID) -> tuple[Contact, Contact]:
    both = pair(actor, _take(session), contact_id, loser_id, what="contact")
    for one in both:
        require_present(one)
    return both


def _take(session: Session) -> Take[Contact]:
    return lambda contact_id: contact_for_change(session, contact_id)


def _image(contact: Contact) -> Image:
    held = {
        one.channel: {"granted": one.granted, "source": one.source, "changed_at": one.changed_at.isoformat()}
        for one in contact.consents
    }
    image = image_of(contact, CONTACT_FIELDS)
    image["reach"], image["attributes"] = contact.reach or {}, contact.attributes or {}
    return {**image, CONSENTS: held}


def _step_back(session: Session, loser: Contact, survivor_id: UUID, *, at: datetime) -> None:
    """Free what the loser is found by, before the survivor may take it over."""
    loser.former_key, loser.match_key, loser.merged_into = loser.match_key, None, survivor_id
    loser.touch(at)
    session.flush()


def _merge_consents(
    session: Session, actor: Actor, survivor: Contact, loser: Contact, *, merge_id: UUID, at: datetime
) -> None:
    """What holds for both from now on, each change with its proof. The loser's own words stay with it."""
    held = {one.channel: one for one in survivor.consents}
    for theirs in loser.consents:
        mine = held.get(theirs.channel)
        said = None if mine is None else (mine.granted, mine.changed_at)
        holds = merged_consent(said, (theirs.granted, theirs.changed_at))
        if holds is None:
            continue
        granted, since = holds
        channel = cast(Channel, theirs.channel)
        proof = ConsentProof(
            id=new_id(),
            contact_id=survivor.id,
            channel=channel,
            granted=granted,
            wording="as the contact said that was merged into this one",
            source=SOURCE,
            recorded_by=actor.subject,
            recorded_at=at,
            evidence={"merge_id": str(merge_id), "contact_id": str(loser.id)},
        )
        session.add(proof)
        if mine is None:
            survivor.consent_to(channel, granted=granted, at=since, source=SOURCE)
        else:
            mine.granted, mine.changed_at, mine.source = granted, since, SOURCE


def _part_consents(session: Session, merge: Merge, survivor: Contact, loser: Contact) -> None:
    """Give the survivor back what held before, where the merge's word still stands."""
    before, after = _consents(merge.survivor_before), _consents(merge.survivor_after)
    for consent in list(survivor.consents):
        channel = cast(Channel, consent.channel)
        merged = after.get(channel)
        if merged is None or consent.changed_at.isoformat() != merged["changed_at"]:
            if not consent.granted:
                loser.consent_to(channel, granted=False, at=consent.changed_at, source=consent.source)
        elif channel not in before:
            session.delete(consent)
            survivor.consents.remove(consent)
        else:
            old = before[channel]
            consent.granted, consent.source = old["granted"], old["source"]
            consent.changed_at = datetime.fromisoformat(old["changed_at"])


def _consents(image: dict[str, Any] | None) -> dict[str, Any]:
    return dict((image or {}).get(CONSENTS, {}))


def _tell_merged(session: Session, actor: Actor, merge: Merge, both: tuple[Contact, Contact]) -> None:
    survivor, loser = both
    merged = ContactMerged(
        merge_id=merge.id,
        survivor_id=survivor.id,
        loser_id=loser.id,
        department=merge.department,
        taken=list(merge.taken),
        reason=merge.reason,
        merged_by=actor.subject,
        merged_at=merge.merged_at,
    )
    publish(session, survivor, merged)
    _renew(session, actor, both, kind="merged", note=merge.reason, merge=merge)


def _tell_unmerged(
    session: Session, actor: Actor, merge: Merge, both: tuple[Contact, Contact], *, reason: str
) -> None:
    survivor, loser = both
    assert merge.undone_at is not None
    unmerged = ContactUnmerged(
        merge_id=merge.id,
        survivor_id=survivor.id,
        loser_id=loser.id,
        department=merge.department,
        reason=reason,
        unmerged_by=actor.subject,
        unmerged_at=merge.undone_at,
    )
    publish(session, survivor, unmerged)
    _renew(session, actor, both, kind="unmerged", note=reason, merge=merge)


def _renew(
    session: Session, actor: Actor, contacts: tuple[Contact, Contact], *, kind: str, note: str, merge: Merge
) -> None:
    for contact in contacts:
        timeline.note_change(
            session,
            area="contact",
            kind=kind,
            actor=actor.subject,
            note=note,
            contact_id=contact.id,
            reference=merge.id,
        )
        publish(session, contact, ContactSaved(contact=contact.card()))
    merges_total.labels(kind=CONTACT, what="merged" if kind == "merged" else "undone").inc()
    log.info("contacts_" + kind, merge_id=str(merge.id), leads=len(merge.moved_ids("leads")))
