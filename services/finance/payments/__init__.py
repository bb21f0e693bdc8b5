"""Paying what was approved: payees, payment batches and their files for the bank."""
