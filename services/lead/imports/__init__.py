"""Contacts brought in from CSV files as people really export them."""
