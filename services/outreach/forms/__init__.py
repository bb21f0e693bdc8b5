"""Hosted forms and surveys: their pages, what people send through them, and what becomes of it."""
