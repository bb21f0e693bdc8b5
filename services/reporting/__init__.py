"""Reporting: what all the others did, kept, counted and shown.

Owns the archive of every event, the projections folded from it and their rebuilds, the evaluation of a
campaign now and at any past moment, reports over all of them (comparison, funnel, sources, sales, budgets,
health of the outreach) with the totals that they are made from, their pages with the sign-in to them, and the
business metrics for Prometheus.

Publishes ``reportingdata.answered``: what the archive holds about a person who asks, or was made anonymous
in it. Publishes ``feedmark.set``: a mark that a reader of the feed asked for.

Consumes every event of campaign, finance, lead and outreach, and its own marks, over the queue
``reporting.facts``.
"""
