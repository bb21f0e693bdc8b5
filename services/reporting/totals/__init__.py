"""Totals: what each campaign came to, counted beforehand, so that pages about many of them answer at once."""
