"""Judging leads: who may, by what checklist, what came out of it, and taking it back."""
