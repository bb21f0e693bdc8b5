"""Indirect costs: gathered in pools by department and period, and allocated to campaigns."""
