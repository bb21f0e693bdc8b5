"""Scoring: rules as data that say how promising a lead is, which grade they propose, and why."""
