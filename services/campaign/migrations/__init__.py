"""Schema revisions of the campaign service."""
