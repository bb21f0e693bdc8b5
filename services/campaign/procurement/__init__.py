"""Procurement: what a campaign plans to buy, when it is needed, and which budget line pays for it."""
