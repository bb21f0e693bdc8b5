"""Purchases against budget lines: request, approval, order, receipt, closure."""
