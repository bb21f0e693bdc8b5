"""The lead service: who might buy, who has asked, and who looks after them.

Owns customers and their contacts with the lists that describe them (roles, regions, sources, attributes),
merges of doubles, the timeline of each, consent with its proof, inquiries of people about their own data,
imports, segments and their resolutions,
leads with their timeline, touches and judgements, who may judge, what was sent through forms, the sales
reps with what they take, the rules that choose among them, pools that they pick from, who stands in for whom,
runs that give many leads anew, calendars with public holidays, service levels with the clocks that run by
them, pre-sales requests, and the rules that score leads.

Publishes `contact.saved`, `contact.merged`, `contact.unmerged`, `privacy.requested`, `privacy.progressed`,
`privacy.closed`, `import.contacts_saved`, `import.finished`, `import.undone`, `resolution.contacts`,
`resolution.failed`, and of leads `lead.captured`, `lead.touched`, `lead.changed`, `lead.qualified`,
`lead.judgement_undone`, `lead.assigned`, `lead.accepted`, `lead.worked`, `lead.returned`, `lead.pooled`,
`lead.nurtured`, `lead.woken`, `lead.converted` and `lead.moved`; about who gets them `rep.saved`,
`ruleset.published`,
`leadpool.saved`, `proxy.agreed`, `proxy.ended`, `reassignment.requested`, `reassignment.progressed` and
`reassignment.finished`; about time `calendar.saved`, `level.saved`, `clock.started`, `clock.paused`,
`clock.resumed`, `clock.rescheduled`, `clock.reminded`, `clock.breached`, `clock.escalated`,
`clock.reassigned` and `clock.stopped`; of requests `request.opened`, `request.changed`, `request.assigned`,
`request.progressed`, `request.answered` and `request.closed`; `scoring.saved`; and `source.saved`.

Consumes `campaign.started` (resolves the campaign's segments), `campaign.contacts_listed` (looks up who is
named by a file or by hand), `campaign.responded` and `campaign.leads_wanted` (capture leads),
`suppression.added` and `suppression.removed` (withdraw consent, and renew it at the contact's own word),
`submission.confirmed` (a contact with its consent, and perhaps a lead, from a hosted form),
`mailing.outcomes`, `mailing.feedback` and `mailing.opened` (what became of each contact's copy), and
`campaigndata.answered`, `financedata.answered`, `outreachdata.answered` and `reportingdata.answered` (what
the others hold about a person who asks, or have erased).
"""
