"""Rebuilds: projections built anew beside those that are read, and switched at once (REP-07)."""
