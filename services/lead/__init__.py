"""The lead service: who might buy, who has asked, and who looks after them.

Owns customers and their contacts, consent with its proof, imports, segments and their resolutions,
leads with their timeline, touches and judgements, who may judge, what was sent through forms, and the sales
reps that leads are assigned to.

Publishes `contact.saved`, `import.contacts_saved`, `import.finished`, `resolution.contacts`,
`resolution.failed`, and of leads `lead.captured`, `lead.touched`, `lead.changed`, `lead.qualified`,
`lead.judgement_undone`, `lead.assigned`, `lead.accepted`, `lead.worked`, `lead.returned`, `lead.pooled`,
`lead.nurtured`, `lead.woken` and `lead.converted`.

Consumes `campaign.started` (resolves the campaign's segments), `campaign.contacts_listed` (looks up who is
named by a file or by hand), `campaign.responded` and `campaign.leads_wanted` (capture leads),
`suppression.added` and `suppression.removed` (withdraw consent, and renew it at the contact's own word),
and `submission.confirmed` (a contact with its consent, and perhaps a lead, from a hosted form).
"""
