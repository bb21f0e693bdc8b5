"""Customers and their contacts, with consent per channel and the proof of it."""
