"""Advances: money handed out before it is spent, and settled against claims or repaid."""
