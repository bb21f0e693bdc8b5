"""The evaluation: what a campaign achieved and what it cost, figure by figure (REP-01)."""
