"""Potential sales: captured, judged, and given to a sales rep."""
