"""The funnel: how far targets and leads of all campaigns came (REP-05)."""
