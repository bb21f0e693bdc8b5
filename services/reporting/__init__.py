"""Reporting: what all the others did, kept, counted and shown.

Owns the archive of every event, the projections folded from it, the evaluation of a campaign, reports over
all of them (comparison, funnel, sources, sales, budgets, health of the outreach) with the totals that they
are made from, their pages with the sign-in to them, and the business metrics for Prometheus.

Publishes ``reportingdata.answered``: what the archive holds about a person who asks, or was made anonymous
in it.

Consumes every event of campaign, finance, lead and outreach over the queue ``reporting.facts``.
"""
