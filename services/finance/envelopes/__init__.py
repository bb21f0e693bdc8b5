"""Envelopes: what a department may give to its campaigns in a period, above the budgets of campaigns."""
