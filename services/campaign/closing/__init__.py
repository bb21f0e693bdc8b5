"""Closing: what the settlement of its budget makes of a campaign."""
