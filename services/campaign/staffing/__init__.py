"""Staffing: who works for a campaign with which duty, and which companies take part in it."""
