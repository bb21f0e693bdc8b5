"""The ways to reach somebody: how a copy is written for each, and how it is handed over."""
