"""The campaign service: what is planned, approved, sent to whom, and what they answered.

Owns: campaigns, plan versions, waves, target lists, responses.

Publishes:
    campaign.designed      a campaign was planned, or its draft changed
    campaign.submitted     a plan was handed in for approval, its content fixed by a hash
    campaign.approved      the plan passed, its numbered version is frozen
    campaign.returned      the plan was rejected or sent back and is a draft again
    campaign.started       the owner started it; asks for the contacts of its segment
    campaign.start_failed  the segment could not be resolved; approved again
    campaign.launched      the target list is complete
    campaign.paused, campaign.resumed, campaign.completed, campaign.cancelled   what the owner did with it
    campaign.responded     a target answered, and the answer was judged
    campaign.targets_progressed   pages of targets whose status rose
    wave.released, wave.targets   a wave may go out, and to whom, as pages

Consumes:
    approval.decided                             from finance
    resolution.contacts, resolution.failed       from lead
    lead.captured                                from lead
    mailing.outcomes, mailing.finished           from outreach
    answer.received, suppression.added           from outreach
"""
