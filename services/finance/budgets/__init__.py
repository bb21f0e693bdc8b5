"""Budgets, their lines, and the ledger that explains every figure on them."""
