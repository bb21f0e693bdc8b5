"""Comparisons of campaigns by region, type, size of spend and period, ranked by ROI (REP-02)."""
