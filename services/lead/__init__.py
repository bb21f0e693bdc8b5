"""The lead service: who might buy, who has asked, and who looks after them.

Owns customers and their contacts, consent with its proof, imports, segments and their resolutions,
leads with their timeline, and the sales reps that leads are assigned to.

Publishes `contact.saved`, `import.contacts_saved`, `import.finished`, `resolution.contacts`,
`resolution.failed`, `lead.captured`, `lead.qualified` and `lead.assigned`.

Consumes `campaign.started` (resolves the campaign's segment), `campaign.responded` (captures leads)
and `suppression.added` (withdraws consent).
"""
