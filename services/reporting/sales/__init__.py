"""Sales: growth of leads, win rate, satisfaction, and what the reps did (REP-04, REP-05)."""
