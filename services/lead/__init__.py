"""The lead service: who might buy, who has asked, and who looks after them.

Owns customers and their contacts, consent with its proof, imports, segments and their resolutions,
leads with their timeline, touches and judgements, who may judge, what was sent through forms, the sales
reps with what they take, the rules that choose among them, pools that they pick from, who stands in for whom,
runs that give many leads anew, calendars and service levels with the clocks that run by them, pre-sales
requests, and the rules that score leads.

Publishes `contact.saved`, `import.contacts_saved`, `import.finished`, `resolution.contacts`,
`resolution.failed`, and of leads `lead.captured`, `lead.touched`, `lead.changed`, `lead.qualified`,
`lead.judgement_undone`, `lead.assigned`, `lead.accepted`, `lead.worked`, `lead.returned`, `lead.pooled`,
`lead.nurtured`, `lead.woken` and `lead.converted`; about who gets them `rep.saved`, `ruleset.published`,
`leadpool.saved`, `proxy.agreed`, `proxy.ended`, `reassignment.requested`, `reassignment.progressed` and
`reassignment.finished`; about time `calendar.saved`, `level.saved`, `clock.started`, `clock.paused`,
`clock.resumed`, `clock.rescheduled`, `clock.reminded`, `clock.breached`, `clock.escalated`,
`clock.reassigned` and `clock.stopped`; of requests `request.opened`, `request.changed`, `request.assigned`,
`request.progressed`, `request.answered` and `request.closed`; and `scoring.saved`.

Consumes `campaign.started` (resolves the campaign's segments), `campaign.contacts_listed` (looks up who is
named by a file or by hand), `campaign.responded` and `campaign.leads_wanted` (capture leads),
`suppression.added` and `suppression.removed` (withdraw consent, and renew it at the contact's own word),
and `submission.confirmed` (a contact with its consent, and perhaps a lead, from a hosted form).
"""
