"""The pages: one HTML page per campaign with charts, for people who look (REP-08)."""
