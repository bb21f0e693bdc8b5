"""Schema revisions of the reporting service."""
