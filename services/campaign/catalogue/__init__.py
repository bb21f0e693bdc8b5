"""Catalogue: the extendable lists of codes that plans are made with."""
