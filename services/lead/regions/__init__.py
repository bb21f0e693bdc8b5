"""Regions and the sales territories in them, as a tree with codes for each department."""
