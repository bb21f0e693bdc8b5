"""Saying who works for a campaign: by whoever plans a draft, later by its owner, with the change kept."""

from chassis.auth import Actor
from chassis.database import Session
from chassis.errors import Invalid
from services.campaign.catalogue.model import DUTIES
from services.campaign.catalogue.queries import code_problems
from services.campaign.catalogue.usage import Use
from services.campaign.changing.actions import revision
from services.campaign.planning.model import Campaign
from services.campaign.staffing.model import Participant, Partner
from services.campaign.staffing.queries import participants_of, partners_of
from services.campaign.staffing.staff import Staff, staff_problems


def set_staff(
    session: Session, actor: Actor, *, campaign: Campaign, staff: Staff, reason: str = ""
) -> Campaign:
    """Replace the staff of a campaign.

    Raises Invalid for staff that breaks a rule, Conflict in a wrong state, Forbidden once the campaign is
    under way unless the actor owns it or administers.
    """
    duties = {one.duty for one in participants_of(session, campaign.id)}
    duties |= {one.duty for one in partners_of(session, campaign.id)}
    kept = [Use("", DUTIES, duty) for duty in duties]
    problems = staff_problems(staff, currency=campaign.currency)
    if problems := problems or code_problems(session, staff.uses, kept=kept):
        raise Invalid(problems)
    with revision(session, actor, campaign=campaign, reason=reason):
        _replace_participants(session, campaign, staff)
        _replace_partners(session, campaign, staff)
    return campaign


def _replace_participants(session: Session, campaign: Campaign, staff: Staff) -> None:
    before = {(one.person, one.duty): one for one in participants_of(session, campaign.id)}
    for one in staff.participants:
        row = before.pop((one.person, one.duty), None)
        row = row or Participant(campaign_id=campaign.id, person=one.person, duty=one.duty)
        row.note, row.share_percent = one.note, one.share_percent
        session.add(row)
    for gone in before.values():
        session.delete(gone)


def _replace_partners(session: Session, campaign: Campaign, staff: Staff) -> None:
    before = {one.name: one for one in partners_of(session, campaign.id)}
    for one in staff.partners:
        row = before.pop(one.name, None) or Partner(campaign_id=campaign.id, name=one.name)
        row.duty, row.contact, row.contribution = one.duty, one.contact, one.contribution
        session.add(row)
    for gone in before.values():
        session.delete(gone)
