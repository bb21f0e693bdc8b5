"""Expense claims against budget lines, from submission to payment."""
