"""Tests of payees and payment batches."""
