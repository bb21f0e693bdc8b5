"""Events of duplicates: contacts that become one, and are taken apart again."""

from uuid import UUID

from contracts.event import Code, Event, Moment, Subject, Text, event


@event("contact.merged.v1", producer="lead")
class ContactMerged(Event, kw_only=True):
    """The contact ``loser_id`` was a double of the event's subject, which speaks for both from now on.

    ``taken`` names what the survivor took over. The loser comes as contact.saved without addresses and
    consent, so nobody is reached by it. Events about things that began before may still name it.
    """

    merge_id: UUID
    survivor_id: UUID
    loser_id: UUID
    department: Code
    taken: list[Code]
    reason: Text = ""
    merged_by: Subject
    merged_at: Moment


@event("contact.unmerged.v1", producer="lead")
class ContactUnmerged(Event, kw_only=True):
    """The merge was a mistake; both contacts are what they were, and come as contact.saved too."""

    merge_id: UUID
    survivor_id: UUID
    loser_id: UUID
    department: Code
    reason: Text = ""
    unmerged_by: Subject
    unmerged_at: Moment


@event("lead.moved.v1", producer="lead")
class LeadMoved(Event, kw_only=True):
    """A lead belongs to another contact or customer now, since two were merged or taken apart."""

    lead_id: UUID
    contact_id: UUID
    customer_id: UUID | None = None
    previous_contact_id: UUID
    previous_customer_id: UUID | None = None
    why: Text
    moved_by: Subject
    moved_at: Moment
