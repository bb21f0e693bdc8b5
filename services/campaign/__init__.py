"""The campaign service: what is planned, approved, sent to whom, and what they answered.

Owns: the codes that plans are made with, campaigns with their staff and planned purchases, plan versions,
changes and amendments of approved plans, audiences with their exclusions, waves and their recipients, target
lists, how targets are shared out, responses, follow-ups, tasks with their history, calendar feeds.

Publishes:
    campaign.designed      a campaign was planned, or its draft changed
    campaign.submitted     a plan was handed in for approval, its content fixed by a hash
    campaign.approved      the plan passed, its numbered version is frozen
    campaign.returned      the plan was rejected, sent back or withdrawn and is a draft again
    campaign.changed       something of an approved campaign was changed, directly or by an amendment
    campaign.amendment_closed   an amendment will not take effect, the plan that runs stays
    campaign.started       the owner started it; asks for the contacts of its segments
    campaign.contacts_listed   pages of files and picked contacts of its audience, to be looked up
    campaign.start_failed  a segment could not be resolved; approved again
    campaign.launched      the target list is complete
    campaign.targets_changed   the target list of a campaign under way became longer or shorter
    campaign.paused, campaign.resumed, campaign.completed, campaign.cancelled   what the owner did with it
    campaign.closed, campaign.reopened   its budget was settled, or that was taken back
    campaign.responded     a target answered, and the answer was judged, or judged anew
    campaign.leads_wanted  pages of targets that a follow-up wave wants as leads or opportunities
    campaign.targets_progressed   pages of targets whose status rose
    wave.released, wave.targets   a wave may go out, and to whom, as pages
    term.saved             a code that plans are made with was added, renamed, retired or brought back
    wave.funds_wanted      a wave asks for what it will cost before it goes out
    wave.funds_returned    it got it, and does not go out after all
    task.planned           a task was planned, or its plan changed
    task.dropped           a task was taken out of a draft
    task.assigned          a task was handed over, at the launch or by somebody
    task.progressed        a task was begun, came further, was blocked or goes on
    task.rescheduled       a task moved, by hand or because one before it ended later
    task.completed, task.cancelled   how a task ended
    task.overdue           a task did not end when it should have
    campaigndata.answered  what is held about a person who asks, or was erased

Consumes:
    approval.decided, approval.voided            from finance
    budget.suspended, budget.unsuspended   from finance
    budget.settled, budget.reopened              from finance
    funding.granted, funding.refused             from finance
    resolution.contacts, resolution.failed       from lead
    lead.captured, lead.converted                from lead
    mailing.outcomes, mailing.finished, mailing.feedback   from outreach
    answer.received, suppression.added           from outreach
    privacy.requested, privacy.closed            from lead
"""
