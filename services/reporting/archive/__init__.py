"""The archive: every event of every producer, once, in the order it was stored (REP-07)."""
