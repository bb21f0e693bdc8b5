"""Outreach reaches people, and hears back from them.

Owns: email templates, mailings and their deliveries, the links and forms inside a mail with the
answers that come through them, suppressions, and its own copy of every contact point.

Publishes: ``mailing.started``, ``mailing.outcomes`` in pages and ``mailing.finished``;
``answer.received``; ``suppression.added``.

Consumes: ``contact.saved`` and ``import.contacts_saved`` from lead, for addresses and consent;
``wave.released`` and ``wave.targets`` from campaign, which make a mailing.

No mail goes to anyone without consent or under suppression, nobody gets a wave twice whatever
crashes, and what may or may not have gone out is marked uncertain and never sent again.
"""
