"""Schema revisions of the lead service."""
