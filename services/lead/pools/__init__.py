"""Leads that wait for somebody to pick them."""
