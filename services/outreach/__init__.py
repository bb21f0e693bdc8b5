"""Outreach reaches people, and hears back from them.

Owns: templates, mailings and their deliveries with the limits that hold them back, the links and
forms inside a mail with the answers that come through them, suppressions, hosted forms and surveys
with what was sent through them, batches of printed letters, the mails that come back, its own copy of
every contact point, the directory of staff with the notices to them, and the mails that answer requests.

Publishes: ``mailing.started``, ``mailing.outcomes`` in pages and ``mailing.finished``;
``mailing.paused``, ``mailing.resumed`` and ``mailing.cancelled``; ``mailing.variant_chosen`` at the end
of a trial; ``mailing.feedback`` and ``mailing.opened`` in pages; ``answer.received``;
``submission.confirmed``; ``suppression.added`` and ``suppression.removed``; ``staff.saved`` and
``staff.removed``; ``outreachdata.answered``, what is held about a person who asks, or was erased.

Consumes: ``contact.saved`` and ``import.contacts_saved`` from lead, for addresses and consent, and
``privacy.requested`` and ``privacy.closed``, when a person asks for their data or its erasure;
``wave.released`` and ``wave.targets`` from campaign, which make a mailing, and ``campaign.designed``,
``campaign.paused``, ``campaign.resumed``, ``campaign.completed`` and ``campaign.cancelled``, which it
follows; ``approval.opened``, ``approval.advanced``, ``approval.reminded``, ``approval.escalated``,
``approval.decided`` and ``approval.voided`` from finance, of which it tells those who are asked;
``task.assigned``, ``task.overdue`` and ``task.rescheduled`` from campaign, ``clock.reminded``,
``clock.escalated``, ``request.opened`` and ``request.assigned`` from lead, of which it tells whose turn it
is; ``lead.assigned`` and ``reassignment.finished`` from lead, of which it tells who got leads; and
``request.answered`` from lead, which goes to the contact by mail.

No mail goes to anyone without consent or under suppression, nobody gets a wave twice whatever
crashes, and what may or may not have gone out is marked uncertain, and sent again only when somebody
asks for it.
"""
