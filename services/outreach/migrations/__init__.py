"""Schema revisions of the outreach service."""
