"""The budget ledgers: per line budget, committed, incurred, available, and who answers for it (REP-05)."""
